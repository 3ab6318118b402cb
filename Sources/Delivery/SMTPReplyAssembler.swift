// Puts the lines of a server together to complete replies. A line ends a reply when a space, or nothing
// at all, follows its code; a hyphen announces another line (RFC 5321 section 4.2.1). The last line's code
// decides. A server can send lines for ever, so a reply ends at 64 KB as too long, which is no reply.

/// Collects the lines of one reply after another.
package struct SMTPReplyAssembler: Sendable {
    /// What a line did to the reply being collected.
    package enum Step: Sendable, Equatable {
        /// More lines are to come.
        case incomplete
        /// This line was the last one.
        case complete(SMTPReply)
        /// The reply is longer than ``SMTPReplyAssembler/byteLimit``.
        case tooLong
    }

    /// The most bytes that one reply may have, line ends included.
    package static let byteLimit = 65_536

    private var text: [UInt8] = []
    private var byteCount = 0

    /// An assembler that waits for the first line of a reply.
    package init() {}

    /// Takes one line with its line end.
    package mutating func append(_ line: [UInt8]) -> Step {
        byteCount += line.count
        guard byteCount <= Self.byteLimit else { return .tooLong }
        let content = line.filter { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        if !text.isEmpty { text.append(UInt8(ascii: "\n")) }
        text.append(contentsOf: content)
        guard content.count >= 3, content[..<3].allSatisfy({ (48...57).contains($0) }),
            content.count == 3 || content[3] == UInt8(ascii: " ")
        else { return .incomplete }
        let code = content[..<3].reduce(0) { $0 * 10 + Int($1 - 48) }
        let reply = SMTPReply(code: code, text: String(decoding: text, as: UTF8.self))
        reset()
        return .complete(reply)
    }

    /// Forgets a reply that was begun.
    package mutating func reset() {
        text.removeAll(keepingCapacity: true)
        byteCount = 0
    }
}
