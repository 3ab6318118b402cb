// `relais webhook replay DEALERSHIP ID --since TIME`: sends once more what was told since then, under the same ids, so that a receiver which has some of
// it already can tell.

import Domain
import Gateway
import JSON
import OutboxStore

enum WebhookReplay: Command {
    static let path = ["webhook", "replay"]
    static let summary = "send a webhook once more what was told since a moment"
    static let operands = "DEALERSHIP ID"
    static let operandCount = 2...2
    static let options = [Option("--since", "TIME", "such as 2026-11-23T08:00:00Z")]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let (dealership, id) = try WebhookSecretCommand.webhook(arguments)
        let since = try arguments.requiredValue("--since", Timestamp.init)
        let count = try StoreSession.write(try arguments.home()) {
            try $0.replay(webhook: id, of: dealership, since: since)
        }
        if arguments.isJSON {
            Terminal.write([
                "dealership": .string(dealership.text), "id": .string(id), "events": .integer(count),
            ])
        } else {
            Terminal.write("\(dealership)  \(id)  \(count) events are sent again")
        }
        return .ok
    }
}
