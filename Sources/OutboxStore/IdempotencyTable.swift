// Answers kept under the callers' keys, for 14 days: longer than any retry lasts. A key is bound by the transaction that
// accepts the message, so a crash leaves either both or neither; and because one thread writes, two requests with one key
// never run at once.

import Domain
import SQLite

struct IdempotencyTable {
    static let retention = Duration.seconds(14 * 86_400)
    /// Rows removed with each keyed acceptance: more than come, so the table stays bounded.
    private static let pruneBound: Int64 = 4

    let connection: Connection

    /// The answer that this request got before; nil if its key is new.
    ///
    /// - Throws: `keyReused` when the key came with another request.
    func answer(
        to request: IdempotentRequest, dealership: DealershipID, now: Timestamp
    ) throws -> AcceptedMessage? {
        let kept = try connection.first(
            """
            SELECT request_digest, message, answer FROM idempotency
            WHERE dealership = ? AND key = ? AND created_at_ms >= ?
            """,
            [
                .text(dealership.text), .text(request.key.text),
                .integer(now.milliseconds - Self.retention.milliseconds),
            ]
        ) { (digest: $0.blob(0), message: $0.blob(1), answer: $0.text(2)) }
        guard let kept else { return nil }
        guard kept.digest == request.digest else { throw StoreError.keyReused }
        guard let id = MessageID(bytes: kept.message) else { return nil }
        return AcceptedMessage(id: id, answer: kept.answer, isReplayed: true)
    }

    func keep(
        _ message: AcceptedMessage, to request: IdempotentRequest, dealership: DealershipID, now: Timestamp
    )
        throws
    {
        try connection.run(
            """
            INSERT OR REPLACE INTO idempotency (dealership, key, request_digest, message, answer, created_at_ms)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .text(dealership.text), .text(request.key.text), .blob(request.digest),
                .blob(message.id.bytes), .text(message.answer),
                .integer(now.milliseconds),
            ])
    }

    /// Removes some of the rows whose time is over.
    func prune(now: Timestamp) throws {
        try connection.run(
            """
            DELETE FROM idempotency WHERE (dealership, key) IN
                (SELECT dealership, key FROM idempotency WHERE created_at_ms < ? LIMIT ?)
            """,
            [.integer(now.milliseconds - Self.retention.milliseconds), .integer(Self.pruneBound)])
    }
}
