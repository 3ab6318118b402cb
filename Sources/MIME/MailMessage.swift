// One composed mail and its bytes: multipart/alternative with text/plain and text/html (RFC 5322, RFC 2046).
//
// The same value gives the same bytes for ever: no clock, no randomness. They are 7-bit clean with CRLF only,
// so that no relay rewrites them and breaks the DKIM signature, and they are neither dot-stuffed nor signed
// here. Every input comes back from a reader exactly as given, line breaks of the bodies apart; what cannot
// is refused with `MIMEError`.

import Foundation

/// A mail to one recipient, ready to be written as bytes.
package struct MailMessage: Sendable {
    package var from: MailboxAddress
    package var to: MailboxAddress
    package var replyTo: MailboxAddress?
    /// Any Unicode text without control characters.
    package var subject: String
    /// Written in UTC to the second; years 1900 to 9999.
    package var date: Date
    /// `left@right`, without `<` and `>`.
    package var messageID: String
    /// Extra structured fields in this order; none may repeat another or one that the encoder writes.
    package var headers: [MailHeader]
    /// The text/plain part; CRLF, LF and CR all count as line breaks.
    package var text: String
    /// The text/html part.
    package var html: String
    /// The message's id: the boundary is made of its ASCII letters and digits.
    package var boundarySeed: String

    /// Keeps everything as given; `encoded()` checks it.
    package init(
        from: MailboxAddress, to: MailboxAddress, replyTo: MailboxAddress? = nil, subject: String, date: Date,
        messageID: String, headers: [MailHeader] = [], text: String, html: String, boundarySeed: String
    ) {
        self.from = from
        self.to = to
        self.replyTo = replyTo
        self.subject = subject
        self.date = date
        self.messageID = messageID
        self.headers = headers
        self.text = text
        self.html = html
        self.boundarySeed = boundarySeed
    }

    /// The message as it is stored, signed and sent; throws for what cannot be written faithfully.
    package func encoded() throws(MIMEError) -> [UInt8] {
        try checkHeaderNames()
        let boundary = boundary
        var header = HeaderWriter()
        try header.write("Date", token: MailDate.format(date))
        try header.write("From", mailbox: from)
        try header.write("To", mailbox: to)
        if let replyTo { try header.write("Reply-To", mailbox: replyTo) }
        try header.write("Subject", text: subject)
        guard AddressSyntax.isMessageID(messageID) else { throw .malformedMessageID }
        try header.write("Message-ID", token: "<\(messageID)>")
        for extra in headers { try header.write(extra) }
        try header.write("MIME-Version", token: "1.0")
        try header.write(
            MailHeader(name: "Content-Type", value: "multipart/alternative; boundary=\"\(boundary)\""))

        var octets = header.octets
        octets.appendLineBreak()
        appendPart("text/plain", text, boundary, to: &octets)
        appendPart("text/html", html, boundary, to: &octets)
        octets.append(contentsOf: "--\(boundary)--\r\n".utf8)
        return octets
    }

    /// Names that the encoder writes itself, in lower case.
    private static let ownNames: Set = [
        "date", "from", "to", "reply-to", "subject", "message-id", "mime-version", "content-type",
        "content-transfer-encoding",
    ]

    /// The delimiter of the parts, made of the seed alone.
    ///
    /// `=_` cannot occur in quoted-printable (RFC 2045 section 6.7), so no part can contain it.
    /// With at most 60 octets of the seed it stays below the 70 of RFC 2046 section 5.1.1.
    private var boundary: String {
        let kept = boundarySeed.utf8.lazy.filter(\.isLetterOrDigit).prefix(60)
        return "=_" + String(decoding: Array(kept), as: UTF8.self)
    }

    private func checkHeaderNames() throws(MIMEError) {
        var seen: [String] = []
        for (position, header) in headers.enumerated() {
            let name = header.name
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 > .space && $0 < 0x7F && $0 != .colon }) else {
                throw .malformedHeaderName(position: position)
            }
            let key = name.lowercased()
            guard !Self.ownNames.contains(key), !seen.contains(key) else {
                throw .duplicateHeader(field: name)
            }
            seen.append(key)
        }
    }

    /// The encoder ends each part with CRLF; that last one belongs to the next boundary (RFC 2046 section
    /// 5.1.1).
    private func appendPart(_ type: String, _ content: String, _ boundary: String, to octets: inout [UInt8]) {
        octets.append(contentsOf: "--\(boundary)\r\nContent-Type: \(type); charset=utf-8\r\n".utf8)
        octets.append(contentsOf: "Content-Transfer-Encoding: quoted-printable\r\n\r\n".utf8)
        QuotedPrintable.append(content, to: &octets)
    }
}
