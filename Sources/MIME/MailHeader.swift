// An extra header of a message: Auto-Submitted, List-Unsubscribe and the like.
//
// Its value is structured ASCII that is written as given. It may be folded at a blank, but never inside <…>
// or inside a quoted string, and it never becomes an encoded word (RFC 2047 section 5 forbids it in such
// fields).

/// A structured ASCII header field that is written as given.
package struct MailHeader: Sendable, Equatable {
    /// The field's name without the colon.
    package var name: String
    /// The field's value: ASCII, parts separated by single blanks, not folded.
    package var value: String

    /// Keeps both as given; `MailMessage.encoded()` checks them.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
