// Answers kept under the callers' keys, for 14 days: longer than any retry lasts. A key is bound by the transaction that
// accepts the message, so a crash leaves either both or neither; and because one thread writes, two requests with one key
// never run at once.

import Crypto
import Domain
import SQLite

struct IdempotencyTable {
    static let retention = Duration.seconds(14 * 86_400)
    /// Rows removed with each keyed acceptance: more than come, so the table stays bounded.
    private static let pruneBound: Int64 = 4

    let connection: Connection

    /// The answer that this request got before; nil if its key is new.
    ///
    /// - Throws: `keyReused` when the key came with another request, a conflict when its message was erased.
    func answer(
        to request: IdempotentRequest, dealership: DealershipID, now: Timestamp
    ) throws -> AcceptedMessage? {
        let tombstone = Self.tombstone(of: request.key.text, dealership: dealership)
        let kept = try connection.first(
            """
            SELECT request_digest, message, answer, key FROM idempotency
            WHERE dealership = ? AND key IN (?, ?) AND created_at_ms >= ?
            """,
            [
                .text(dealership.text), .text(request.key.text), .text(tombstone),
                .integer(now.milliseconds - Self.retention.milliseconds),
            ]
        ) { (digest: $0.blob(0), message: $0.blob(1), answer: $0.text(2), key: $0.text(3)) }
        guard let kept else { return nil }
        guard kept.key != tombstone else {
            throw StoreError.conflict(
                "the message of this idempotency key was erased with its contact; a new message needs a new key"
            )
        }
        guard kept.digest == request.digest else { throw StoreError.keyReused }
        guard let id = MessageID(bytes: kept.message) else { return nil }
        return AcceptedMessage(id: id, answer: kept.answer, isReplayed: true)
    }

    /// Takes key, answer and message out of a person's rows and leaves a digest of the key until its time is over: a caller that repeats a
    /// request would accept anew what was erased.
    func bury(_ rows: SubjectRows, where condition: String) throws -> Int {
        let keys = try connection.all(
            "\(SubjectRows.selection) SELECT key FROM idempotency WHERE \(condition)", rows.values
        ) { $0.text(0) }
        let dealership = rows.subject.dealership
        for key in keys {
            try connection.run(
                """
                UPDATE OR REPLACE idempotency SET key = ?, request_digest = zeroblob(32), message = zeroblob(16), answer = ''
                WHERE dealership = ? AND key = ?
                """,
                [
                    .text(Self.tombstone(of: key, dealership: dealership)), .text(dealership.text),
                    .text(key),
                ])
        }
        return keys.count
    }

    private static func tombstone(of key: String, dealership: DealershipID) -> String {
        let bytes =
            Array("relais/erased-key/v1".utf8) + [0] + Array(dealership.text.utf8) + [0] + Array(key.utf8)
        return "erased:" + Hexadecimal.text(of: Crypto.sha256(bytes))
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
