// How the outbox stands, for monitoring: numbers that indexes give without reading messages.

import Domain

package struct OutboxStanding: Sendable {
    /// Messages with an attempt before them, now or later.
    package let waiting: Int
    package let sending: Int
    /// Since when the oldest message that may be tried now is due; nil when none is.
    package let oldestDue: Timestamp?
}

extension StoreReader {
    package func outboxStanding(at now: Timestamp) throws(StoreError) -> OutboxStanding {
        try read {
            func number(_ sql: String, _ values: [Int64] = []) throws -> Int64? {
                try connection.first(sql, values.map { .integer($0) }) { $0.optionalInteger(0) } ?? nil
            }
            let oldest = try number(
                """
                SELECT min(next_attempt_at_ms) FROM message INDEXED BY message_due
                WHERE next_attempt_at_ms IS NOT NULL AND next_attempt_at_ms <= ?
                """, [now.milliseconds])
            return OutboxStanding(
                waiting: Int(
                    try number(
                        "SELECT count(*) FROM message INDEXED BY message_due WHERE next_attempt_at_ms IS NOT NULL"
                    )
                        ?? 0),
                sending: Int(
                    try number(
                        "SELECT count(*) FROM message INDEXED BY message_sending WHERE state = 'sending'")
                        ?? 0),
                oldestDue: oldest.map(Timestamp.init(milliseconds:)))
        }
    }
}
