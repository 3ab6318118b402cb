// `relais webhook enable DEALERSHIP ID`: sends to a disabled webhook again, what still waits for it first.

import Gateway
import JSON
import OutboxStore

enum WebhookEnable: Command {
    static let path = ["webhook", "enable"]
    static let summary = "send to a disabled webhook again"
    static let operands = "DEALERSHIP ID"
    static let operandCount = 2...2

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let (dealership, id) = try WebhookSecretCommand.webhook(arguments)
        try StoreSession.write(try arguments.home()) { try $0.enable(webhook: id, of: dealership) }
        if arguments.isJSON {
            Terminal.write(["dealership": .string(dealership.text), "id": .string(id), "enabled": true])
        } else {
            Terminal.write("\(dealership)  \(id)  enabled")
        }
        return .ok
    }
}
