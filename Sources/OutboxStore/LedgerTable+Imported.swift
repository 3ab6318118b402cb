// What an import said before. The fold may have ended it since, or never counted it, so that it does not stand; a file that is imported
// again says it with the same date all the same, and adds nothing. Whoever objects anew does so at another time; where dates are days, that
// may be later on the day of the first one, so that a block which was ended within a day of its date is written again rather than lost.

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
            SELECT id FROM ledger l INDEXED BY ledger_contact WHERE dealership = ?1 AND contact = ?2 AND method = 'import'
                AND event = ?3 AND scope = ?4 AND channel IS ?5 AND occurred_at_ms = ?6 AND notice_digest IS ?7
                AND NOT (?8 AND EXISTS (SELECT 1 FROM ledger e INDEXED BY ledger_contact
                    WHERE e.dealership = ?1 AND e.contact = ?2 AND e.seq > l.seq AND e.occurred_at_ms < ?6 + 86400000
                        AND e.event IN ('lifted', 'given', 'unrestricted', 'rectified')))
            """,
            [
                .text(entry.dealership.text), .blob(entry.contact.bytes), .text(entry.event.rawValue),
                .text(entry.scope.description), .text(entry.channel?.rawValue),
                .integer(entry.occurredAt.milliseconds), .blob(entry.noticeDigest),
                .integer(entry.event.isBlock ? 1 : 0),
            ]
        ) { LedgerEntryID(bytes: $0.blob(0)) } ?? nil
    }
}
