// `relais outbox resolve ID --outcome …`: ends the doubt about messages that may have been sent, by what a person found out.

import Delivery
import OutboxStore

enum OutboxResolve: Command {
    static let path = ["outbox", "resolve"]
    static let summary = "settle messages in unknown: accepted, rejected, or retry them"
    static let operands = "[ID …]"
    static let operandCount = 0...10_000
    static let options =
        [Option("--outcome", "OUTCOME", "accepted, rejected, or retry (it may arrive twice)")]
        + MessageSelection.options

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        _ = try arguments.required("--outcome")
        guard let resolution = try arguments.word("--outcome", Resolution.self) else { return .usage }
        return try OutboxActs.run(arguments, states: [.unknown]) { store, id in
            try store.resolve(id, resolution)
        }
    }
}
