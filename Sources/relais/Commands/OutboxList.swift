// `relais outbox list`: messages, newest first, by the filters that every act on messages shares.

import Domain
import Gateway
import OutboxStore

enum OutboxList: Command {
    static let path = ["outbox", "list"]
    static let summary = "list messages, newest first"
    static let options = [
        Option("--state", "STATE", "only this state"),
        Option("--dealership", "ID", "only this dealership"),
        Option("--contact", "ct_…", "only this contact"),
        Option("--channel", "CHANNEL", "only this channel"),
        Option("--reference", "TEXT", "only this intervention's reference"),
        Option("--since", "TIME", "only messages accepted since (RFC 3339)"),
        Option("--limit", "N", "at most this many (100)"),
    ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let filter = MessageFilter(
            state: try arguments.word("--state", MessageState.self),
            dealership: try arguments.value("--dealership", DealershipID.init),
            contact: try arguments.value("--contact", ContactReference.init),
            channel: try arguments.word("--channel", Channel.self), reference: arguments["--reference"],
            since: try arguments.value("--since") { text throws(ValueError) in try Timestamp(text) },
            limit: try arguments.value("--limit", limit) ?? 100)
        let home = try arguments.home()
        let records = try StoreSession.read(home) { try $0.messages(filter) }
        for record in records {
            arguments.isJSON ? Terminal.write(record.view) : Terminal.write(MessageLine.text(record))
        }
        if home.configuration.emailProvider?.isCapture == true {
            Terminal.complain("note: messages are captured to disk, not sent (capture: true)")
        }
        return .ok
    }

    private static func limit(_ text: String) throws(ValueError) -> Int {
        guard let limit = Int(text), (1...1_000_000).contains(limit) else {
            throw ValueError("must be a number from 1 to 1000000")
        }
        return limit
    }
}
