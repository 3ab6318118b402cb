// One mailbox of a From, To or Reply-To field.
//
// The address is checked by the intake long before, and once more when the message is encoded: a header is
// the last place where a bad address can still be stopped before it reaches the wire.

/// An address with the name that mail programs show for it.
package struct MailboxAddress: Sendable, Equatable {
    /// Any Unicode text without control characters; nil or empty means that the address stands alone.
    package var displayName: String?
    /// ASCII addr-spec, the domain as A-labels: `zoe@example.lu`.
    package var address: String

    /// Keeps both as given; `MailMessage.encoded()` checks them.
    package init(displayName: String? = nil, address: String) {
        self.displayName = displayName
        self.address = address
    }
}
