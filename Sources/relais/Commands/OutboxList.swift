// `relais outbox list`: messages, newest first, by the filters that every act on messages shares.

import Gateway
import OutboxStore

enum OutboxList: Command {
    static let path = ["outbox", "list"]
    static let summary = "list messages, newest first"
    static let options = MessageSelection.filters

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let filter = try MessageSelection.filter(arguments)
        let home = try arguments.home()
        let records = try StoreSession.read(home) { reader in
            if let dealership = filter.dealership { try reader.requireDealership(dealership) }
            return try reader.messages(filter)
        }
        for record in records {
            arguments.isJSON ? Terminal.write(record.view) : Terminal.write(MessageLine.text(record))
        }
        if records.isEmpty { Terminal.complain("no message matches") }
        if home.configuration.isCapturing {
            Terminal.complain("note: messages are captured to disk, not sent (capture: true)")
        }
        return .ok
    }
}
