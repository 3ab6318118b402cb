// Messages in numbers: nobody's data are in it.

import Domain
import SQLite

/// Messages of one dealership, day, purpose and state.
package struct MessageCount: Sendable {
    package let dealership: String
    /// Of UTC: `2027-01-31`.
    package let day: String
    package let purpose: String
    package let state: String
    package let count: Int64
}

extension StoreReader {
    /// How many messages were accepted, by dealership, day of UTC, purpose, and what became of them; the newest day last.
    package func messageCounts(
        of dealership: DealershipID?, since: Timestamp?
    ) throws(StoreError) -> [MessageCount] {
        try read {
            try connection.all(
                """
                SELECT dealership, date(created_at_ms / 1000, 'unixepoch') AS day, purpose, state, count(*)
                FROM message WHERE (?1 IS NULL OR dealership = ?1) AND created_at_ms >= coalesce(?2, 0)
                GROUP BY dealership, day, purpose, state ORDER BY dealership, day, purpose, state
                """, [.text(dealership?.text), .integer(since?.milliseconds)]
            ) { row in
                MessageCount(
                    dealership: row.text(0), day: row.text(1), purpose: row.text(2), state: row.text(3),
                    count: row.integer(4))
            }
        }
    }
}
