// Writes what a dealership is told, in the transaction that makes it true. `seq` is the millisecond, or one more than the last, so that the feed
// goes on upward when every event before is over its term. An event has ids and words of this program alone, and of a reply the
// text itself: it is for the dealership to read. Whoever may know more asks for the message.

import Consent
import Domain
import SQLite

struct EventTable {
    /// Rows removed by one step of retention.
    private static let bound = 500
    private static let nextSeq =
        "max(?2, 1 + (SELECT coalesce(max(seq), 0) FROM event WHERE dealership = ?1))"

    let connection: Connection
    /// Marked when an event is on its way to a webhook.
    let bell: CommitBell?

    /// Tells of the state that a message has come into, unless it only passes through it.
    func tell(message seq: Int64, at now: Timestamp) throws {
        let message = try connection.first(
            "SELECT dealership, state, id, reason_code, reason_entry FROM message WHERE seq = ?",
            [.integer(seq)]
        ) { row in
            (
                dealership: row.text(0), type: MessageState(rawValue: row.text(1)).flatMap(EventType.init),
                id: row.blob(2), reason: row.optionalText(3), entry: row.optionalBlob(4)
            )
        }
        guard let message, let type = message.type else { return }
        try add(
            type, message.dealership, at: now, message: message.id, reason: message.reason,
            entry: message.entry)
    }

    /// Tells that somebody cannot be written to about the job they ordered, so that the dealership calls instead.
    func tell(
        unreachable contact: ContactReference, _ message: MessageID, _ dealership: DealershipID,
        at now: Timestamp
    ) throws {
        try add(
            .contactUnreachable, dealership.text, at: now, contact: contact.bytes, message: message.bytes)
    }

    /// Tells that a message is the first of its day that is held for the quota.
    func tell(quotaReachedBy message: MessageID, _ dealership: DealershipID, at now: Timestamp) throws {
        try add(.dealershipQuotaReached, dealership.text, at: now, message: message.bytes)
    }

    /// Tells what a person said by one act, however many entries it became.
    func tell(_ entries: [LedgerEntry], at now: Timestamp) throws {
        guard let entry = entries.first, let type = EventType(entry) else { return }
        try add(
            type, entry.dealership.text, at: now, contact: entry.contact.bytes, entry: entry.id.bytes)
    }

    /// Tells what a person wrote back.
    func tell(
        reply text: String, mayBeAnObjection: Bool, of contact: ContactReference, _ dealership: DealershipID,
        at now: Timestamp
    ) throws {
        try add(
            .contactReplied, dealership.text, at: now, contact: contact.bytes,
            reason: mayBeAnObjection ? "may-be-an-objection" : nil, text: text)
    }

    /// Tells that nothing is sent to a webhook any more.
    func tell(disabled webhook: String, _ reason: String, _ dealership: DealershipID, at now: Timestamp)
        throws
    {
        try add(.webhookDisabled, dealership.text, at: now, reason: reason, webhook: webhook)
    }

    private func add(
        _ type: EventType, _ dealership: String, at now: Timestamp, contact: [UInt8]? = nil,
        message: [UInt8]? = nil, reason: String? = nil, entry: [UInt8]? = nil, webhook: String? = nil,
        text: String? = nil
    ) throws {
        let seq = try connection.first(
            """
            INSERT INTO event (dealership, seq, type, at_ms, contact, message, reason, entry, webhook, text)
            VALUES (?1, \(Self.nextSeq), ?3, ?2, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING seq
            """,
            [
                .text(dealership), .integer(now.milliseconds), .text(type.rawValue), .blob(contact),
                .blob(message), .text(reason), .blob(entry), .text(webhook), .text(text),
            ]
        ) { $0.integer(0) }
        let webhooks = WebhookTable(connection: connection)
        if let seq, try webhooks.send(type.rawValue, seq, dealership: dealership, at: now) { bell?.mark() }
    }

    // MARK: Retention

    /// `seq` is never before its event's moment: what is found by it is over its term.
    private static let old = "dealership IN (SELECT id FROM dealership) AND seq < ?"

    /// Removes some of what was told before a moment; the same step goes on while there is more.
    func prune(_ step: RetentionStep) throws -> RetentionResult {
        let count = try connection.run(
            """
            DELETE FROM event WHERE (dealership, seq) IN
                (SELECT dealership, seq FROM event WHERE \(Self.old) LIMIT ?)
            """, [.integer(step.before.milliseconds), .integer(Int64(Self.bound))])
        return RetentionResult(count: count, next: count == Self.bound ? step : nil)
    }

    func count(before moment: Timestamp) throws -> Int {
        let count = try connection.first(
            "SELECT count(*) FROM event WHERE \(Self.old)", [.integer(moment.milliseconds)]
        ) { $0.integer(0) }
        return Int(count ?? 0)
    }
}
