// What the processor's papers count: per dealership, without an address unless one is asked for.

import Domain
import SQLite

extension StoreReader {
    /// Every dealership with its file as it was put; empty where a restored store does not know it.
    package func dealershipRecords() throws(StoreError) -> [(id: String, record: String)] {
        try read {
            try connection.all("SELECT id, record FROM dealership ORDER BY id") { ($0.text(0), $0.text(1)) }
        }
    }

    /// How much is held of a dealership's contacts.
    package func holdings(of dealership: String) throws(StoreError) -> Holdings {
        try read {
            let name = SQLValue.text(dealership)
            let purposes = try connection.all(
                """
                SELECT purpose, class, count(*), min(created_at_ms), max(created_at_ms) FROM message
                WHERE dealership = ? GROUP BY purpose, class ORDER BY purpose
                """, [name]
            ) {
                Holdings.PurposeCount(
                    purpose: $0.text(0), class: $0.text(1), messages: $0.integer(2),
                    first: Timestamp(milliseconds: $0.integer(3)),
                    last: Timestamp(milliseconds: $0.integer(4)))
            }
            func count(_ query: String) throws -> Int64 {
                try connection.first(query, [name]) { $0.integer(0) } ?? 0
            }
            return Holdings(
                purposes: purposes,
                contents: try count(
                    "SELECT count(*) FROM content c JOIN message m ON m.seq = c.message WHERE m.dealership = ?"
                ),
                ledgerEntries: try count("SELECT count(*) FROM ledger WHERE dealership = ?"),
                evidence: try count(
                    "SELECT count(*) FROM evidence e JOIN ledger l ON l.id = e.entry WHERE l.dealership = ?"),
                requests: try count("SELECT count(*) FROM request WHERE dealership = ?"))
        }
    }

    /// Whose data were held at any time until `end`, by reference.
    ///
    /// - Parameter contentSince: what was accepted before it had lost its content when the time began, whatever is there now.
    package func affected(
        of dealership: String, until end: Timestamp, contentSince: Timestamp
    ) throws(StoreError) -> [AffectedContact] {
        try read {
            try connection.all(
                """
                SELECT contact, sum(messages), sum(contents), sum(entries), max(recipient) FROM (
                    SELECT m.contact, 1 AS messages, (c.message IS NOT NULL OR m.created_at_ms >= ?3) AS contents,
                        0 AS entries, c.recipient
                    FROM message m LEFT JOIN content c ON c.message = m.seq
                    WHERE m.dealership = ?1 AND m.created_at_ms < ?2
                    UNION ALL
                    SELECT contact, 0, 0, 1, NULL FROM ledger WHERE dealership = ?1 AND recorded_at_ms < ?2)
                GROUP BY contact ORDER BY contact
                """,
                [.text(dealership), .integer(end.milliseconds), .integer(contentSince.milliseconds)]
            ) { row in
                ContactReference(bytes: row.blob(0)).map {
                    AffectedContact(
                        contact: $0, messages: row.integer(1), contents: row.integer(2),
                        ledgerEntries: row.integer(3), address: row.optionalText(4))
                }
            }.compactMap(\.self)
        }
    }
}

/// What is held of a dealership's contacts, in numbers.
package struct Holdings: Sendable {
    package struct PurposeCount: Sendable {
        package let purpose: String
        package let `class`: String
        package let messages: Int64
        package let first: Timestamp
        package let last: Timestamp
    }

    package let purposes: [PurposeCount]
    /// Bodies with their envelopes and requests.
    package let contents: Int64
    package let ledgerEntries: Int64
    package let evidence: Int64
    package let requests: Int64
}

/// One contact whose data were held in a time.
package struct AffectedContact: Sendable {
    package let contact: ContactReference
    package let messages: Int64
    /// Messages whose content was there in that time: name, address, vehicle, quote, links.
    package let contents: Int64
    package let ledgerEntries: Int64
    /// Where the person can be told, while it is kept.
    package let address: String?
}
