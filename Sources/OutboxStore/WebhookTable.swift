// The webhooks of the dealerships and what is on its way to them. A delivery is written with its event and removed when it has arrived, so that a
// crash loses none and sends some once more, under the same id. Nothing is marked while it is being sent: whoever sends knows.

import Delivery
import Domain
import JSON
import SQLite

struct WebhookTable {
    /// Requests to one receiver at once; to one that fails, one.
    private static let breadth = 4

    let connection: Connection

    // MARK: What is due

    /// Some of what is due, the longest waiting first: of each webhook so many that its receiver is asked at once, those under way
    /// included.
    func due(at now: Timestamp) throws -> [WebhookDelivery] {
        // What an older store shows as waiting has been sent since, and perhaps not by this home.
        guard try RestoreFence(connection: connection).reason() == nil else { return [] }
        return try connection.all(
            """
            SELECT \(FeedEvent.columns), d.seq, w.id, w.url, d.tries
            FROM webhook w JOIN webhook_delivery d ON d.seq IN (SELECT seq FROM webhook_delivery x
                    WHERE x.dealership = w.dealership AND x.webhook = w.id AND x.next_attempt_at_ms <= ?1
                    ORDER BY x.next_attempt_at_ms, x.seq LIMIT \(Self.breadth))
                JOIN \(FeedEvent.source)
            WHERE w.disabled IS NULL AND coalesce(w.paused_until_ms, 0) <= ?1
                AND e.dealership = d.dealership AND e.seq = d.event
                AND (w.failing_since_ms IS NULL OR d.seq = (SELECT seq FROM webhook_delivery x
                    WHERE x.dealership = w.dealership AND x.webhook = w.id AND x.next_attempt_at_ms <= ?1
                    ORDER BY x.next_attempt_at_ms, x.seq LIMIT 1))
            ORDER BY d.next_attempt_at_ms, d.seq
            """, [.integer(now.milliseconds)], WebhookDelivery.init
        ).compactMap(\.self)
    }

    /// When something is due that is not due yet; nil when nothing waits.
    func nextDue(after now: Timestamp) throws -> Timestamp? {
        try connection.first(
            """
            SELECT min(max(coalesce(w.paused_until_ms, 0), (SELECT min(d.next_attempt_at_ms) FROM webhook_delivery d
                WHERE d.dealership = w.dealership AND d.webhook = w.id
                    AND d.next_attempt_at_ms > iif(w.paused_until_ms > ?1, 0, ?1))))
            FROM webhook w WHERE w.disabled IS NULL
            """, [.integer(now.milliseconds)]
        ) { $0.optionalInteger(0) }.flatMap { $0 }.map(Timestamp.init(milliseconds:))
    }

    /// Every webhook, of one dealership or of all, with how it fares.
    func list(_ dealership: DealershipID?) throws -> [WebhookStanding] {
        try connection.all(
            """
            SELECT dealership, id, url, types, disabled, failing_since_ms,
                (SELECT count(*) FROM webhook_delivery d
                    WHERE d.dealership = w.dealership AND d.webhook = w.id AND d.next_attempt_at_ms IS NOT NULL),
                (SELECT count(*) FROM webhook_delivery d
                    WHERE d.dealership = w.dealership AND d.webhook = w.id AND d.next_attempt_at_ms IS NULL),
                (SELECT status FROM webhook_delivery d
                    WHERE d.dealership = w.dealership AND d.webhook = w.id AND status IS NOT NULL
                    ORDER BY seq DESC LIMIT 1)
            FROM webhook w WHERE ?1 IS NULL OR dealership = ?1 ORDER BY dealership, id
            """, [.text(dealership?.text)]
        ) { row in
            WebhookStanding(
                dealership: row.text(0), id: row.text(1), url: row.text(2), types: row.text(3),
                disabled: row.optionalText(4),
                failingSince: row.optionalInteger(5).map(Timestamp.init(milliseconds:)),
                waiting: Int(row.integer(6)), givenUp: Int(row.integer(7)), lastStatus: row.optionalText(8))
        }
    }

    // MARK: What changes

    /// Brings the webhooks of a dealership to what its file says: what is new or was disabled is sent to from now on, and what the file does not
    /// name any more goes with everything on its way there.
    func follow(_ webhooks: [WebhookEndpoint], dealership: DealershipID) throws {
        let ids = JSONValue.array(webhooks.map { .string($0.id) }).text()
        try connection.run(
            "DELETE FROM webhook WHERE dealership = ? AND id NOT IN (SELECT value FROM json_each(?))",
            [.text(dealership.text), .text(ids)])
        for webhook in webhooks {
            try connection.run(
                """
                INSERT INTO webhook (dealership, id, url, types) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET url = excluded.url, types = excluded.types,
                    failing_since_ms = NULL, paused_until_ms = NULL, disabled = NULL
                """,
                [
                    .text(dealership.text), .text(webhook.id), .text(webhook.url.text),
                    .text(JSONValue.array(webhook.types.map { .string($0) }).text()),
                ])
        }
    }

    /// Sends to a disabled webhook again; false when there is none of this name.
    func enable(_ id: String, dealership: DealershipID) throws -> Bool {
        try connection.run(
            """
            UPDATE webhook SET failing_since_ms = NULL, paused_until_ms = NULL, disabled = NULL
            WHERE dealership = ? AND id = ?
            """, [.text(dealership.text), .text(id)]) == 1
    }

    /// Puts an event on its way to every webhook that takes its type; whether there is one.
    func send(_ type: String, _ event: Int64, dealership: String, at now: Timestamp) throws -> Bool {
        try connection.run(
            """
            INSERT INTO webhook_delivery (dealership, webhook, event, next_attempt_at_ms)
            SELECT dealership, id, ?2, ?4 FROM webhook
            WHERE dealership = ?1 AND disabled IS NULL AND EXISTS (SELECT 1 FROM json_each(types) WHERE ?3 GLOB value)
            """, [.text(dealership), .integer(event), .text(type), .integer(now.milliseconds)]) > 0
    }

    /// Sends what was told since a moment once more, also what has arrived; how much that is.
    func replay(_ id: String, dealership: DealershipID, since moment: Timestamp, at now: Timestamp) throws
        -> Int
    {
        try connection.run(
            """
            INSERT INTO webhook_delivery (dealership, webhook, event, next_attempt_at_ms)
            SELECT e.dealership, w.id, e.seq, ?4 FROM webhook w JOIN event e ON e.dealership = w.dealership
            WHERE w.dealership = ?1 AND w.id = ?2 AND e.seq >= ?3 AND e.at_ms >= ?3
                AND EXISTS (SELECT 1 FROM json_each(w.types) WHERE e.type GLOB value)
            ON CONFLICT DO UPDATE SET next_attempt_at_ms = excluded.next_attempt_at_ms, tries = 0
            """,
            [
                .text(dealership.text), .text(id), .integer(moment.milliseconds), .integer(now.milliseconds),
            ])
    }

    /// Writes what a try came to; why its webhook is disabled from now on, if it is. What was erased or removed meanwhile is nobody's.
    func settle(_ end: WebhookEnd, at now: Timestamp) throws -> String? {
        // The last answer of an old URL says nothing of the one that was put meanwhile.
        let webhook: [SQLValue] = [
            .text(end.delivery.event.dealership.text), .text(end.delivery.webhook), .text(end.delivery.url),
        ]
        let seq = SQLValue.integer(end.delivery.seq)
        if end.settlement == .delivered {
            try connection.run("DELETE FROM webhook_delivery WHERE seq = ?", [seq])
            try connection.run(
                """
                UPDATE webhook SET failing_since_ms = NULL, paused_until_ms = NULL
                WHERE dealership = ? AND id = ? AND url = ? AND coalesce(failing_since_ms, paused_until_ms) IS NOT NULL
                """, webhook)
            return nil
        }
        var next: Timestamp? = now
        var pause: Timestamp?
        switch end.settlement {
        case .retry(let moment, let isAsked):
            next = moment
            if isAsked { pause = moment }
        case .givenUp: next = nil
        case .delivered, .gone: break
        }
        try connection.run(
            "UPDATE webhook_delivery SET tries = tries + 1, next_attempt_at_ms = ?, status = ? WHERE seq = ?",
            [.integer(next?.milliseconds), .text(end.status), seq])
        let since = try connection.first(
            """
            UPDATE webhook SET failing_since_ms = coalesce(failing_since_ms, ?), paused_until_ms = coalesce(?, paused_until_ms)
            WHERE dealership = ? AND id = ? AND url = ? AND disabled IS NULL RETURNING failing_since_ms
            """, [.integer(now.milliseconds), .integer(pause?.milliseconds)] + webhook
        ) { Timestamp(milliseconds: $0.integer(0)) }
        guard let since else { return nil }
        let reason: String? =
            if end.settlement == .gone { "gone" } else if now - since >= WebhookSettlement.patience {
                "failing"
            } else { nil }
        if let reason {
            try connection.run(
                "UPDATE webhook SET disabled = ? WHERE dealership = ? AND id = ? AND url = ?",
                [.text(reason)] + webhook)
        }
        return reason
    }
}
