// One complete reply of an SMTP server (RFC 5321 section 4.2), one line or many. The text is kept whole
// for the operator; it may hold the recipient's address and must pass `ReplyRedaction` before it is
// stored or logged.

/// A complete reply: the code of its last line and all its text.
package struct SMTPReply: Sendable, Equatable {
    /// The three digits of the last line, 0–999; only the first digit controls the flow (RFC 5321 4.2.1).
    package let code: Int
    /// The enhanced status (RFC 3463) such as "5.1.1"; nil when absent or contradicting the code.
    ///
    /// RFC 2034 section 4 asks for the same class; the code's digit is trusted when it differs. Looked for when it is asked for:
    /// of four replies to a message that is taken, one is.
    package var enhancedStatus: String? {
        text.utf8.split(separator: UInt8(ascii: "\n")).lazy
            .compactMap { Self.enhancedStatus(in: $0.dropFirst(4)) }
            .first { $0.first?.wholeNumberValue == code / 100 }
    }
    /// All lines as the server sent them, codes included, joined by line feeds.
    package let text: String

    package init(code: Int, text: String) {
        self.code = code
        self.text = text
    }

    /// The first digit of the code.
    package var digit: Int { code / 100 }

    /// The most telling short code: the enhanced status, else the basic code.
    package var status: String { enhancedStatus ?? String(code) }

    /// Reads `class.subject.detail` at the start of a line's text (RFC 3463 section 2: class 2, 4 or 5,
    /// the others of one to three digits).
    private static func enhancedStatus(in text: Substring.UTF8View.SubSequence) -> String? {
        let word = text.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        let parts = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 1,
            parts.allSatisfy({ (1...3).contains($0.count) && $0.allSatisfy(isDigit) }),
            let first = parts[0].first, [50, 52, 53].contains(first)
        else { return nil }
        return String(decoding: word, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
