// What an import said before. The fold may have ended it since, or never counted it, so that it does not stand; a file that is imported
// again says it with the same date all the same, and adds nothing. Whoever objects anew does so at another time.

import Consent
import Domain
import SQLite

extension LedgerTable {
    /// The entries of an import less those that an import has written already, and the ids of these. What refers to one of them refers
    /// to the one that is there.
    func withoutImported(_ entries: [LedgerEntry]) throws -> (new: [LedgerEntry], known: [LedgerEntryID]) {
        var known: [LedgerEntryID: LedgerEntryID] = [:]
        var new: [LedgerEntry] = []
        for var entry in entries {
            if let id = try imported(entry) {
                known[entry.id] = id
            } else {
                entry.refersTo = entry.refersTo.map { known[$0] ?? $0 }
                new.append(entry)
            }
        }
        return (new, entries.compactMap { known[$0.id] })
    }

    /// One look into the index for somebody whom the ledger does not know.
    private func imported(_ entry: LedgerEntry) throws -> LedgerEntryID? {
        try connection.first(
            """
            SELECT id FROM ledger INDEXED BY ledger_contact WHERE dealership = ? AND contact = ? AND method = 'import'
                AND event = ? AND scope = ? AND channel IS ? AND occurred_at_ms = ? AND notice_digest IS ?
            """,
            [
                .text(entry.dealership.text), .blob(entry.contact.bytes), .text(entry.event.rawValue),
                .text(entry.scope.description), .text(entry.channel?.rawValue),
                .integer(entry.occurredAt.milliseconds), .blob(entry.noticeDigest),
            ]
        ) { LedgerEntryID(bytes: $0.blob(0)) } ?? nil
    }
}
