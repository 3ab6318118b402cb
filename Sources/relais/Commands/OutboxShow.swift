// `relais outbox show ID`: one message with its attempts.

import Domain
import OutboxStore

enum OutboxShow: Command {
    static let path = ["outbox", "show"]
    static let summary = "show one message and its attempts"
    static let operands = "ID"
    static let operandCount = 1...1
    static let options = [Option("--content", nil, "print the stored message itself, byte for byte, instead")]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let id = try MessageSelection.id(arguments.operands[0])
        if arguments.has("--content") {
            guard let content = try StoreSession.read(try arguments.home(), { try $0.content(id) }) else {
                throw StoreError.notFound("content of message \(id)")
            }
            Terminal.writeBytes(content)
            return .ok
        }
        guard let record = try StoreSession.read(try arguments.home(), { try $0.message(id) }) else {
            throw StoreError.notFound("message \(id)")
        }
        arguments.isJSON ? Terminal.write(record.view) : Terminal.write(text(record))
        return .ok
    }

    private static func text(_ record: MessageRecord) -> String {
        var lines = [
            "\(record.id)  \(record.state.rawValue)" + (MessageLine.reason(record).map { "  (\($0))" } ?? ""),
            "  dealership  \(record.dealership)",
            "  contact     \(record.contact)",
            "  template    \(record.template)  (\(record.purpose), \(record.channel.rawValue))",
            "  reference   \(record.reference ?? "-")",
            "  accepted    \(record.createdAt.text)",
        ]
        if let original = record.resendOf { lines.append("  resend of   \(original)") }
        if let revokedAt = record.revokedAt { lines.append("  page        revoked \(revokedAt.text)") }
        if let openings = record.openings {
            lines.append("  openings    \(openings.count), the first \(openings.firstAt.text)")
        }
        if let next = record.nextAttemptAt {
            let warning =
                record.state == .unknown ? "  (it may arrive twice; outbox resolve settles it before)" : ""
            lines.append("  next try    \(next.text)\(warning)")
        }
        for attempt in record.attempts {
            let end = [attempt.outcome?.rawValue ?? "in progress", attempt.status, attempt.reply].compactMap(
                \.self)
            lines.append(
                "  attempt     \(attempt.at.text)  \(attempt.provider)  \(end.joined(separator: "  "))")
        }
        return lines.joined(separator: "\n")
    }
}
