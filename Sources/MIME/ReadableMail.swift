// A mail that this gateway composed, read back for the person it was sent to: its subject and its plain text. It knows the forms that
// MailMessage writes (encoded words in UTF-8, quoted-printable parts) and nothing of other programs' mails; what it cannot read
// is nil, and whoever shows it shows the source too.

import Foundation

package struct ReadableMail: Sendable {
    /// The subject, decoded.
    package let subject: String?
    /// The text/plain part, decoded.
    package let text: String?

    package init(_ source: String) {
        let normal = source.replacingOccurrences(of: "\r\n", with: "\n")
        let parts = normal.halves(at: "\n\n")
        let head = Self.unfolded(parts.head)
        subject = Self.value("Subject", in: head).map(Self.decodedWords)
        text = Self.plainText(head: head, body: parts.rest)
    }

    private static func plainText(head: [String], body: String) -> String? {
        let type = value("Content-Type", in: head)?.lowercased() ?? "text/plain"
        if type.hasPrefix("text/plain") {
            let isEncoded = value("Content-Transfer-Encoding", in: head) == "quoted-printable"
            return isEncoded ? String(decoding: quotedPrintable(body, isHeader: false), as: UTF8.self) : body
        }
        guard type.hasPrefix("multipart/"), let boundary = boundary(in: head) else { return nil }
        return body.split(separator: "--" + boundary).lazy.compactMap { part in
            let inner = part.drop { $0 == "\n" }.halves(at: "\n\n")
            let innerHead = unfolded(inner.head)
            return value("Content-Type", in: innerHead).flatMap { type in
                type.lowercased().hasPrefix("text/html") ? nil : plainText(head: innerHead, body: inner.rest)
            }
        }.first
    }

    private static func boundary(in head: [String]) -> String? {
        guard let type = value("Content-Type", in: head), let start = type.firstRange(of: "boundary=") else {
            return nil
        }
        return String(type[start.upperBound...].prefix { $0 != ";" }.filter { $0 != "\"" })
    }

    private static func unfolded(_ head: some StringProtocol) -> [String] {
        head.replacingOccurrences(of: "\n ", with: " ").replacingOccurrences(of: "\n\t", with: " ").split(
            separator: "\n"
        ).map(String.init)
    }

    private static func value(_ name: String, in head: [String]) -> String? {
        let prefix = name.lowercased() + ":"
        guard let line = head.first(where: { $0.lowercased().hasPrefix(prefix) }) else { return nil }
        return String(line.dropFirst(prefix.count).drop { $0 == " " })
    }

    /// RFC 2047, the `Q` and `B` forms; white space between two words is not part of the text.
    private static func decodedWords(_ text: String) -> String {
        var bytes: [UInt8] = []
        var isAfterWord = false
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let fields = word.split(separator: "?", omittingEmptySubsequences: false)
            guard fields.count == 5, fields[0] == "=", fields[4] == "=" else {
                if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
                bytes += Array(word.utf8)
                isAfterWord = false
                continue
            }
            if !isAfterWord, !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
            bytes +=
                fields[2].lowercased() == "b"
                ? Array(Data(base64Encoded: String(fields[3])) ?? Data())
                : quotedPrintable(String(fields[3]), isHeader: true)
            isAfterWord = true
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func quotedPrintable(_ text: String, isHeader: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "_") where isHeader: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "="):
                if rest.first == UInt8(ascii: "\n") {
                    rest.removeFirst()
                } else if let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                    bytes.append(value)
                    rest = rest.dropFirst(2)
                } else {
                    bytes.append(byte)
                }
            default: bytes.append(byte)
            }
        }
        return bytes
    }
}

extension StringProtocol {
    /// What is before and after the first occurrence of a mark.
    fileprivate func halves(at mark: String) -> (head: String, rest: String) {
        guard let range = String(self).firstRange(of: mark) else { return (String(self), "") }
        let text = String(self)
        return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
    }
}
