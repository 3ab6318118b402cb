// Compares what CPython read with what was asked for, octet by octet and never by Character: Swift's == takes
// a decomposed é for a composed one, and a blank before a combining mark is no blank to `contains` and
// `replacing`.

import Foundation
import MIME

enum Comparison {
    /// What differs; empty when the message came through unchanged.
    static func differences(_ message: MailMessage, _ verdict: Verdict) -> [String] {
        var found = verdict.defects
        func compare(_ what: String, _ read: String, _ wanted: String) {
            if Array(read.utf8) != Array(wanted.utf8) {
                found.append("\(what): read \(read.debugDescription), wanted \(wanted.debugDescription)")
            }
        }
        compare("subject", verdict.subject, message.subject)
        compare("message id", verdict.messageID, "<\(message.messageID)>")
        let whole = Date(timeIntervalSince1970: message.date.timeIntervalSince1970.rounded(.down))
        let iso = whole.formatted(.iso8601).replacing("Z", with: "+00:00")
        compare("date", verdict.date, iso)
        compare("text", normalised(verdict.text), normalised(message.text))
        compare("html", normalised(verdict.html), normalised(message.html))
        compare(
            "parts", verdict.types.joined(separator: ", "),
            "multipart/alternative None, text/plain utf-8, text/html utf-8")

        var names = ["Date", "From", "To"]
        if message.replyTo != nil { names.append("Reply-To") }
        names += ["Subject", "Message-ID"] + message.headers.map(\.name) + ["MIME-Version", "Content-Type"]
        compare("header names", verdict.names.joined(separator: " "), names.joined(separator: " "))
        for header in message.headers {
            let index = verdict.names.firstIndex(of: header.name)
            compare(header.name, index.map { verdict.values[$0] } ?? "", header.value)
        }

        let wanted =
            [("from", message.from), ("to", message.to)] + (message.replyTo.map { [("reply-to", $0)] } ?? [])
        for (field, mailbox) in wanted {
            guard let read = verdict.mailboxes[field] else {
                found.append("\(field): missing")
                continue
            }
            let name = mailbox.displayName ?? ""
            compare("\(field) exact name", read.exactName, name)
            compare("\(field) address", read.address, mailbox.address)
            compare("\(field) exact address", read.exactAddress, mailbox.address)
            if read.encodedWords <= 1, !hasRunOfBlanks(name) {
                compare("\(field) name", read.name, name)
            } else {
                compare("\(field) name without blanks", withoutBlanks(read.name), withoutBlanks(name))
            }
        }
        return found
    }

    private static func normalised(_ text: String) -> String {
        var octets: [UInt8] = []
        var previous: UInt8 = 0
        for octet in text.utf8 {
            if octet != 0x0A || previous != 0x0D { octets.append(octet == 0x0D ? 0x0A : octet) }
            previous = octet
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// The newer reader takes a blank and any Unicode white space behind it for one blank.
    private static func hasRunOfBlanks(_ text: String) -> Bool {
        zip(text.unicodeScalars, text.unicodeScalars.dropFirst()).contains { first, second in
            first.properties.isWhitespace && second.properties.isWhitespace
        }
    }

    private static func withoutBlanks(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.properties.isWhitespace }))
    }
}
