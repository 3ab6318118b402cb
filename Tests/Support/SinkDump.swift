// What smtp-sink wrote to disk (`-d`), read back: the envelope from the lines that the sink puts before a message, and the message
// itself. The sink undoes dot-stuffing, writes LF for CR LF, and adds its own `X-…` and `Received` lines before and one empty line after.

import Foundation

/// One message as smtp-sink took it.
package struct SinkDump: Sendable {
    /// The arguments of MAIL FROM.
    package let sender: String
    /// The arguments of each RCPT TO.
    package let recipients: [String]
    /// The message with CR LF, as it was sent.
    package let content: [UInt8]

    /// Every message in a folder.
    package static func all(in folder: TestFolder) throws -> [SinkDump] {
        try folder.names().map { try SinkDump(try folder.bytes(of: $0)) }
    }

    private init(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        var sender: String?
        var recipients: [String] = []
        func nextLine() -> String {
            let line = rest.prefix { $0 != 0x0A }
            rest = rest.dropFirst(line.count + 1)
            return String(decoding: line, as: UTF8.self)
        }
        while rest.starts(with: Array("X-".utf8)) {
            let parts = nextLine().split(separator: ":", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            if parts[0] == "X-Mail-Args" { sender = parts[1] }
            if parts[0] == "X-Rcpt-Args" { recipients.append(parts[1]) }
        }
        guard let sender, nextLine().hasPrefix("Received: from ") else {
            throw TestFailure("not a dump of smtp-sink")
        }
        while rest.first == 0x09 { _ = nextLine() }
        self.sender = sender
        self.recipients = recipients
        content = rest.dropLast().flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
    }
}
