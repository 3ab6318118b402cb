// T4 and the records: what somebody said goes into the ledger, a dealership's file and an API key into their tables.

import Consent
import Crypto
import Domain

extension WriteTransaction {
    /// Adds what was said to the ledger; the entries that say it, new or standing already.
    func record(_ act: ConsentAct, dealership: DealershipID, evidence: EvidenceText?) throws
        -> RecordedConsent
    {
        do {
            try act.check(now: now)
        } catch {
            throw StoreError.refused(error)
        }
        // A link of a message that was sent counts, also in an older store that does not know its dealership yet.
        if [.oneClick, .page].contains(act.method) { try ledger.makeRoom(for: dealership) }
        var act = act
        act.references = try gate.withoutCounterCustomer(act.references, dealership: dealership)
        let existing = try ledger.entries(dealership: dealership, references: act.references.all)
        let added = try ledger.append(
            act.entries(dealership: dealership, existing: existing, recordedAt: now, newID: newEntryID))
        if let evidence {
            for entry in added {
                try connection.run(
                    "INSERT INTO evidence (entry, salt, text) VALUES (?, ?, ?)",
                    [.blob(entry.id.bytes), .blob(evidence.salt), .text(evidence.text)])
            }
        }
        let standing = Standing(existing).blocks.filter { $0.event == act.event && $0.scope == act.scope }
        return RecordedConsent(added: added, standing: added.isEmpty ? standing : [])
    }

    func newEntryID() -> LedgerEntryID {
        LedgerEntryID(at: now, random: Crypto.randomBytes(10))
    }

    func put(_ id: DealershipID, record: String) throws -> Bool {
        let isNew =
            try connection.first("SELECT 1 FROM dealership WHERE id = ?", [.text(id.text)]) { _ in true }
            == nil
        try connection.run(
            """
            INSERT INTO dealership (id, record, updated_at_ms) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET record = excluded.record, updated_at_ms = excluded.updated_at_ms
            """, [.text(id.text), .text(record), .integer(now.milliseconds)])
        return isNew
    }

    func inserted(_ key: APIKeyRecord) throws -> StoreAnswer {
        try insert(key)
        return .inserted
    }

    func insert(_ key: APIKeyRecord) throws {
        guard
            try connection.first(
                "SELECT 1 FROM dealership WHERE id = ?", [.text(key.dealership.text)], { _ in true }) != nil
        else { throw StoreError.notFound("dealership \(key.dealership); put it first") }
        try connection.run(
            "INSERT INTO api_key (id, dealership, secret_digest, scopes, created_at_ms) VALUES (?, ?, ?, ?, ?)",
            [
                .blob(key.id.bytes), .text(key.dealership.text), .blob(key.secretDigest),
                .text(key.scopes.map(\.rawValue).sorted().joined(separator: ",")), .integer(now.milliseconds),
            ])
    }

    /// One step of retention.
    func prune(_ step: RetentionStep) throws -> RetentionResult {
        let table = RetentionTable(connection: connection)
        let (rows, next) = try table.walk(step)
        for row in rows { try table.remove(row, step.subject) }
        return RetentionResult(count: rows.count, next: next)
    }
}
