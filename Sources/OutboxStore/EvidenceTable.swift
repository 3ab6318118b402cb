// Personal evidence beside the chain. Deleting it, by an erasure or by its term, leaves the chain whole, because the chain has the salted
// digest alone. An entry's id carries the time when it was recorded (RFC 9562, UUID of version 7), so evidence lies in the order of its age.

import Consent
import Domain
import SQLite

struct EvidenceTable {
    /// Rows of one step.
    private static let bound = 500

    let connection: Connection

    func insert(_ evidence: EvidenceText, of entry: LedgerEntryID) throws {
        try connection.run(
            "INSERT INTO evidence (entry, salt, text) VALUES (?, ?, ?)",
            [.blob(entry.bytes), .blob(evidence.salt), .text(evidence.text)])
    }

    /// Removes some of what was recorded before a moment; the same step goes on while there is more.
    func prune(_ step: RetentionStep) throws -> RetentionResult {
        let count = try connection.run(
            "DELETE FROM evidence WHERE entry IN (SELECT entry FROM evidence WHERE entry < ? ORDER BY entry LIMIT ?)",
            [.blob(Self.firstID(at: step.before)), .integer(Int64(Self.bound))])
        return RetentionResult(count: count, next: count == Self.bound ? step : nil)
    }

    func count(before moment: Timestamp) throws -> Int {
        let count = try connection.first(
            "SELECT count(*) FROM evidence WHERE entry < ?", [.blob(Self.firstID(at: moment))]
        ) { $0.integer(0) }
        return Int(count ?? 0)
    }

    /// The least id of a moment.
    private static func firstID(at moment: Timestamp) -> [UInt8] {
        LedgerEntryID(at: moment, random: [UInt8](repeating: 0, count: 10)).bytes
    }
}
