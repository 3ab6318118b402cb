// `relais webhook list`: where the dealerships' events are sent and how each webhook fares.

import Domain
import Gateway
import JSON
import OutboxStore

enum WebhookList: Command {
    static let path = ["webhook", "list"]
    static let summary = "list webhooks and how they fare"
    static let options = [Option("--dealership", "ID", "whose; all of them unless told")]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let dealership = try arguments.value("--dealership", DealershipID.init)
        let webhooks = try StoreSession.read(try arguments.home()) { try $0.webhooks(of: dealership) }
        for webhook in webhooks {
            guard !arguments.isJSON else {
                Terminal.write(view(webhook))
                continue
            }
            let state =
                webhook.disabled.map { "disabled (\($0))" }
                ?? webhook.failingSince.map { "failing since \($0.text)" } ?? "good"
            Terminal.write(
                "\(webhook.dealership)  \(webhook.id)  \(state)  \(webhook.waiting) waiting, \(webhook.givenUp) given up"
                    + "\(webhook.lastStatus.map { ", last \($0)" } ?? "")  \(webhook.types)  \(webhook.url)")
        }
        if webhooks.isEmpty { Terminal.complain("no dealership's file names a webhook") }
        return .ok
    }

    private static func view(_ webhook: WebhookStanding) -> JSONValue {
        [
            "dealership": .string(webhook.dealership), "id": .string(webhook.id), "url": .string(webhook.url),
            "types": (try? JSONValue(parsing: Array(webhook.types.utf8))) ?? .array([]),
            "disabled": .optional(webhook.disabled),
            "failingSince": .optional(webhook.failingSince?.text), "waiting": .integer(webhook.waiting),
            "givenUp": .integer(webhook.givenUp), "lastStatus": .optional(webhook.lastStatus),
        ]
    }
}
