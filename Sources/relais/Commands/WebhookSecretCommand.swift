// `relais webhook secret DEALERSHIP ID`: what the receiver verifies with. It is made from the home's key at each asking and stands nowhere; the
// operator's alerts have one of their own.

import Crypto
import Domain
import Gateway
import JSON
import OutboxStore

enum WebhookSecretCommand: Command {
    static let path = ["webhook", "secret"]
    static let summary = "show what a webhook's receiver verifies with"
    static let operands = "DEALERSHIP ID"
    static let operandCount = 0...2
    static let options = [Option("--alerts", nil, "that of the operator's alerts instead")]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let home = try arguments.home()
        let secrets: [WebhookSecret]
        switch (arguments.operands.count, arguments.has("--alerts")) {
        case (0, true): secrets = home.keys.alertSecrets
        case (2, false):
            let (dealership, id) = try webhook(arguments)
            let webhooks = try StoreSession.read(home) { try $0.webhooks(of: dealership) }
            guard webhooks.contains(where: { $0.id == id }) else {
                throw StoreError.notFound("webhook \(id) of \(dealership)")
            }
            secrets = home.keys.webhookSecrets(dealership: dealership, webhook: id)
        default: throw Failure(.usage, "takes DEALERSHIP ID, or --alerts")
        }
        guard let newest = secrets.first else { throw Failure(.configuration, "the home has no webhook key") }
        if arguments.isJSON {
            Terminal.write(["secret": .string(newest.text)])
        } else {
            Terminal.write(newest.text)
        }
        return .ok
    }

    /// The webhook that a command's two operands name.
    static func webhook(_ arguments: Arguments) throws -> (dealership: DealershipID, id: String) {
        do {
            return (try DealershipID(arguments.operands[0]), arguments.operands[1])
        } catch {
            throw Failure(.usage, "DEALERSHIP \(error.reason)")
        }
    }
}
