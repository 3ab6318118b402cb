// What providers of SMS still have to erase of people who were erased here (GDPR, articles 17 and 19): queued by the erasure itself, in its
// transaction, under the provider's own name of each message, and gone once the provider has done it.

import Domain
import SQLite

/// One message that a provider is asked to erase.
package struct ProviderErasure: Codable, Sendable {
    package let provider: String
    package let reference: String
    /// Made so far.
    package let tries: Int
}

/// How asking for it ended.
package struct ProviderErasureEnd: Codable, Sendable {
    package let erasure: ProviderErasure
    /// An HTTP status, or the word for none.
    package let status: String
    /// Nothing of it is left there, or this provider cannot be asked.
    package let isDone: Bool

    package init(_ erasure: ProviderErasure, status: String, isDone: Bool) {
        self.erasure = erasure
        self.status = status
        self.isDone = isDone
    }
}

struct ProviderErasureTable {
    /// The gaps between two tries, the last of them for ever, until so many were made: about two months.
    private static let gaps: [Duration] = [
        .seconds(300), .seconds(3600), .seconds(6 * 3600), .seconds(86_400),
    ]
    private static let tryLimit = 60

    let connection: Connection

    /// Queues what a person's messages were handed over as; to be called while their attempts still say so.
    func queue(_ rows: SubjectRows, at now: Timestamp) throws -> Int {
        try connection.run(
            """
            \(SubjectRows.selection)
            INSERT OR IGNORE INTO provider_erasure (provider, reference, next_attempt_at_ms)
            SELECT provider, provider_reference, ?7 FROM attempt
            WHERE message IN about AND provider_reference IS NOT NULL
            """, rows.values + [.integer(now.milliseconds)])
    }

    func due(at now: Timestamp, limit: Int) throws -> [ProviderErasure] {
        try connection.all(
            """
            SELECT provider, reference, tries FROM provider_erasure WHERE next_attempt_at_ms <= ?
            ORDER BY next_attempt_at_ms LIMIT ?
            """, [.integer(now.milliseconds), .integer(Int64(limit))]
        ) { ProviderErasure(provider: $0.text(0), reference: $0.text(1), tries: Int($0.integer(2))) }
    }

    func settle(_ end: ProviderErasureEnd, at now: Timestamp) throws {
        let place: [SQLValue] = [.text(end.erasure.provider), .text(end.erasure.reference)]
        guard !end.isDone else {
            try connection.run("DELETE FROM provider_erasure WHERE provider = ? AND reference = ?", place)
            return
        }
        let tries = end.erasure.tries + 1
        let next = tries < Self.tryLimit ? now + Self.gaps[min(tries, Self.gaps.count) - 1] : nil
        try connection.run(
            """
            UPDATE provider_erasure SET tries = ?, next_attempt_at_ms = ?, status = ?
            WHERE provider = ? AND reference = ?
            """,
            [.integer(Int64(tries)), .integer(next?.milliseconds), .text(end.status)] + place)
    }
}

extension WriteTransaction {
    func settle(_ ends: [ProviderErasureEnd]) throws -> StoreAnswer {
        let table = ProviderErasureTable(connection: connection)
        for end in ends { try table.settle(end, at: now) }
        return .counted
    }
}

extension StoreReader {
    package func dueProviderErasures(at now: Timestamp, limit: Int) throws(StoreError) -> [ProviderErasure] {
        try read { try ProviderErasureTable(connection: connection).due(at: now, limit: limit) }
    }

    /// What providers were asked to erase and have not, by provider; `isGivenUp` where nobody asks any more.
    package func openProviderErasures() throws(StoreError) -> [(
        provider: String, count: Int, isGivenUp: Bool
    )] {
        try read {
            try connection.all(
                """
                SELECT provider, count(*), next_attempt_at_ms IS NULL FROM provider_erasure
                WHERE tries > 0 GROUP BY provider, next_attempt_at_ms IS NULL
                """
            ) { (provider: $0.text(0), count: Int($0.integer(1)), isGivenUp: $0.integer(2) == 1) }
        }
    }
}
