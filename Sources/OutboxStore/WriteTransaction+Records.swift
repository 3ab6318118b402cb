// T4 and the records: what somebody said goes into the ledger, what a dealership is told into its feed, an API key into its table.

import Consent
import Crypto
import Domain
import JSON

extension WriteTransaction {
    /// Adds what was said to the ledger; the entries that say it, new or standing already.
    func record(_ act: ConsentAct, dealership: DealershipID, proof: ConsentProof) throws -> RecordedConsent {
        do {
            try act.check(now: now)
        } catch {
            throw StoreError.refused(error)
        }
        // A link of a message that was sent counts, also in an older store that does not know its dealership yet.
        if [.oneClick, .page].contains(act.method) { try ledger.makeRoom(for: dealership) }
        if act.references.customer == nil, act.method != .import,
            try gate.isCounterCustomer(act.references.address, dealership: dealership)
        {
            throw StoreError.refused(
                ValueError(
                    "this customer number came with more than eight addresses and counts for nothing: name an address"
                ))
        }
        var act = act
        act.references = try gate.withoutCounterCustomer(act.references, dealership: dealership)
        let standing = try standing.standing(dealership: dealership, references: act.references.all)
        var entries = act.entries(
            dealership: dealership, standing: standing, recordedAt: now, newID: newEntryID)
        var imported: [LedgerEntryID] = []
        if act.method == .import { (entries, imported) = try ledger.withoutImported(entries) }
        let added = try ledger.append(entries, to: standing)
        try keep(proof, of: added, dealership: dealership)
        try events.tell(added, at: now)
        guard added.isEmpty else { return RecordedConsent(added: added, standing: []) }
        guard imported.isEmpty else {
            return RecordedConsent(
                added: [], standing: try imported.compactMap { try ledger.entry($0, dealership: dealership) })
        }
        return RecordedConsent(added: [], standing: try known(act, standing, dealership))
    }

    /// The entries that said before what an act says; of the end of a block, the last one.
    private func known(
        _ act: ConsentAct, _ standing: Standing, _ dealership: DealershipID
    ) throws -> [LedgerEntry] {
        guard act.event.isBlock || act.event.isConsent else {
            let said = try ledger.entries(dealership: dealership, references: act.references.all)
            return said.last { $0.event == act.event && $0.scope == act.scope }.map { [$0] } ?? []
        }
        let same = standing.entries.filter {
            $0.event == act.event && $0.scope == act.scope && $0.channel == act.channel && !$0.isEnded
        }
        return try same.compactMap { try ledger.entry($0.id, dealership: dealership) }
    }

    func keep(_ proof: ConsentProof, of entries: [LedgerEntry], dealership: DealershipID) throws {
        guard !entries.isEmpty else { return }
        if let evidence = proof.evidence {
            for entry in entries {
                try EvidenceTable(connection: connection).insert(evidence, of: entry.id)
            }
        }
        if let notice = proof.notice { try keep(notice, dealership: dealership) }
    }

    func keep(_ notice: Notice, dealership: DealershipID) throws {
        try connection.run(
            "INSERT OR IGNORE INTO notice (dealership, digest, version, language, text) VALUES (?, ?, ?, ?, ?)",
            [
                .text(dealership.text), .blob(notice.digest), .text(notice.version),
                .text(notice.language.text), .text(notice.text),
            ])
    }

    /// Lifts entries that a page wrote, with the copies of them that the gateway made since under other references, each by itself and
    /// nothing else; what was ended meanwhile is left so.
    func undo(_ entries: [LedgerEntryID], dealership: DealershipID) throws -> RecordedConsent {
        let said = try entries.map { id in
            guard let entry = try ledger.entry(id, dealership: dealership), entry.method == .page,
                entry.event == .objected
            else { throw StoreError.notFound("ledger entry \(id) of a page") }
            guard now < entry.recordedAt + ConsentAct.undoTerm else {
                throw StoreError.conflict("\(id) is older than a day and is lifted by the dealership alone")
            }
            return entry
        }
        let blocks = try said.filter(stands)
        let copies = try ledger.copies(of: blocks, dealership: dealership).filter(stands)
        let lifted = (blocks + copies).map { entry in
            LedgerEntry(
                id: newEntryID(), seq: 0, prevHash: [], dealership: dealership, contact: entry.contact,
                channel: entry.channel, scope: entry.scope, event: .lifted, refersTo: entry.id,
                occurredAt: max(now, entry.occurredAt), recordedAt: now, method: .page, actor: "contact")
        }
        let added = try ledger.append(lifted)
        try events.tell(added, at: now)
        return RecordedConsent(added: added, standing: [])
    }

    private func stands(_ block: LedgerEntry) throws -> Bool {
        try standing.standing(dealership: block.dealership, references: [block.contact]).blocks
            .contains { $0.id == block.id }
    }

    func newEntryID() -> LedgerEntryID {
        LedgerEntryID(at: now, random: Crypto.randomBytes(10))
    }

    func insert(_ key: APIKeyRecord) throws -> APIKeyRecord {
        if let dealership = key.dealership, try dealerships.record(dealership) == nil {
            throw StoreError.notFound("dealership \(dealership); put it first")
        }
        try KeyTable(connection: connection).insert(key, at: now)
        return key
    }

    func revoke(_ id: APIKeyID) throws -> APIKeyRecord {
        let keys = KeyTable(connection: connection)
        try keys.revoke(id, at: now)
        guard let key = try keys.key(id) else { throw StoreError.notFound("key \(id)") }
        return key
    }

    /// One step of retention.
    func prune(_ step: RetentionStep) throws -> RetentionResult {
        try RetentionTable(connection: connection).prune(step)
    }
}
