// What is sent to a webhook, how it ended, and how a webhook fares, as values.

import Delivery
import Domain
import JSON
import SQLite

/// One event on its way to one webhook.
package struct WebhookDelivery: Sendable {
    package let seq: Int64
    package let webhook: String
    package let url: String
    /// Made so far.
    package let tries: Int
    package let event: FeedEvent

    /// Reads `FeedEvent.columns` and then the delivery's.
    init?(_ row: SQLRow) {
        guard let event = FeedEvent(row) else { return nil }
        self.event = event
        seq = row.integer(FeedEvent.columnCount)
        webhook = row.text(FeedEvent.columnCount + 1)
        url = row.text(FeedEvent.columnCount + 2)
        tries = Int(row.integer(FeedEvent.columnCount + 3))
    }

    /// The event as the feed shows it, in the form of Standard Webhooks. The same bytes at each try.
    package var body: [UInt8] {
        let body: JSONValue = [
            "type": .string(event.type), "timestamp": .string(event.at.text), "data": event.view,
        ]
        return body.bytes()
    }
}

/// How a try ended.
package struct WebhookEnd: Sendable {
    package let delivery: WebhookDelivery
    package let settlement: WebhookSettlement
    /// An HTTP status, or the word for none.
    package let status: String

    package init(_ delivery: WebhookDelivery, _ settlement: WebhookSettlement, status: String) {
        self.delivery = delivery
        self.settlement = settlement
        self.status = status
    }
}

/// How a webhook fares.
package struct WebhookStanding: Sendable {
    package let dealership: String
    package let id: String
    package let url: String
    /// A JSON array.
    package let types: String
    /// Why nothing is sent to it; nil while it is.
    package let disabled: String?
    package let failingSince: Timestamp?
    package let waiting: Int
    package let givenUp: Int
    /// What the last try came to that has not arrived yet.
    package let lastStatus: String?
}

extension OutboxStore {
    /// Writes what tries came to, in one transaction; the ends that disabled their webhook, with the reason.
    package func settle(_ ends: [WebhookEnd]) throws(StoreError) -> [(end: WebhookEnd, reason: String)] {
        try perform { transaction in
            try ends.compactMap { end in try transaction.settle(end).map { (end, $0) } }
        }
    }
}

extension WriteTransaction {
    var webhooks: WebhookTable { WebhookTable(connection: connection) }

    fileprivate func settle(_ end: WebhookEnd) throws -> String? {
        guard let reason = try webhooks.settle(end, at: now) else { return nil }
        try events.tell(disabled: end.delivery.webhook, reason, end.delivery.event.dealership, at: now)
        return reason
    }

    func enable(webhook id: String, _ dealership: DealershipID) throws -> Int {
        guard try webhooks.enable(id, dealership: dealership) else {
            throw StoreError.notFound("webhook \(id) of \(dealership)")
        }
        bell.mark()
        return 1
    }

    func replay(webhook id: String, _ dealership: DealershipID, since moment: Timestamp) throws -> Int {
        guard let webhook = try webhooks.list(dealership).first(where: { $0.id == id }) else {
            throw StoreError.notFound("webhook \(id) of \(dealership)")
        }
        if let reason = webhook.disabled {
            throw StoreError.conflict(
                "webhook \(id) is disabled (\(reason)): webhook enable sends to it again")
        }
        bell.mark()
        return try webhooks.replay(id, dealership: dealership, since: moment, at: now)
    }
}

extension StoreReader {
    /// What is due to be sent to webhooks.
    package func dueWebhooks(at now: Timestamp) throws(StoreError) -> [WebhookDelivery] {
        try read { try WebhookTable(connection: connection).due(at: now) }
    }

    /// When something is due that is not due yet; nil when nothing waits.
    package func nextWebhook(after now: Timestamp) throws(StoreError) -> Timestamp? {
        try read { try WebhookTable(connection: connection).nextDue(after: now) }
    }

    /// Every webhook with how it fares, of one dealership or of all.
    package func webhooks(of dealership: DealershipID?) throws(StoreError) -> [WebhookStanding] {
        try read { try WebhookTable(connection: connection).list(dealership) }
    }
}

extension StoreCommands {
    /// Sends to a disabled webhook again.
    package func enable(webhook id: String, of dealership: DealershipID) throws(StoreError) {
        guard case .webhook = try perform(.enableWebhook(id, dealership)) else { throw .mismatch }
    }

    /// Sends what was told since a moment once more; how much that is.
    package func replay(
        webhook id: String, of dealership: DealershipID, since moment: Timestamp
    ) throws(StoreError) -> Int {
        guard case .webhook(let count) = try perform(.replayWebhook(id, dealership, since: moment)) else {
            throw .mismatch
        }
        return count
    }
}
