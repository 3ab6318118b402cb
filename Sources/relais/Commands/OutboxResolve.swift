// `relais outbox resolve ID --outcome …`: ends the doubt about a message that may have been sent, by what a person found out.

import Delivery
import OutboxStore

enum OutboxResolve: Command {
    static let path = ["outbox", "resolve"]
    static let summary = "settle a message in unknown: accepted, rejected, or retry it"
    static let operands = "ID"
    static let operandCount = 1...1
    static let options = [
        Option("--outcome", "OUTCOME", "accepted, rejected, or retry (it may arrive twice)")
    ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let id = try OutboxShow.messageID(arguments.operands[0])
        _ = try arguments.required("--outcome")
        guard let resolution = try arguments.word("--outcome", Resolution.self) else { return .usage }
        let record = try StoreSession.write(try arguments.home()) { try $0.resolve(id, resolution) }
        arguments.isJSON ? Terminal.write(record.view) : Terminal.write(MessageLine.text(record))
        return .ok
    }
}
