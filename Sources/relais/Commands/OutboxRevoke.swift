// `relais outbox revoke`: ends the pages of messages, whatever their state. The way to unsubscribe stays.

import Domain
import OutboxStore

enum OutboxRevoke: Command {
    static let path = ["outbox", "revoke"]
    static let summary = "end the web pages of messages; their unsubscribe links stay"
    static let operands = "[ID …]"
    static let operandCount = 0...10_000
    static let options = MessageSelection.options

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        try OutboxActs.run(arguments, states: MessageState.allCases) { store, id in try store.revoke(id) }
    }
}
