// The ledger's rows: read as entries, appended as the next of their chain, and folded into what stands as they are. Nothing here updates
// or deletes; the schema's triggers refuse both.

import Consent
import Crypto
import Domain
import SQLite

struct LedgerTable {
    let connection: Connection
    /// Told of every chain that is added to.
    var mirror: LedgerMirror?
    var ends: ChainEnds?

    private static let columns = """
        id, seq, prev_hash, hash, dealership, contact, related_contact, channel, scope, event, refers_to, \
        occurred_at_ms, recorded_at_ms, method, actor, notice_digest, evidence_digest
        """
    private static let insertion =
        "INSERT INTO ledger (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

    /// The entries of up to three references, in the order of the chain. The index is named, because SQLite would rather
    /// read a dealership's whole chain in its order: 8 ms of every accept and claim at 50 000 entries, instead of 20 µs.
    func entries(dealership: DealershipID, references: [ContactReference]) throws -> [LedgerEntry] {
        let slots = references.map { Optional($0.bytes) } + [nil, nil, nil]
        return try connection.all(
            """
            SELECT \(Self.columns) FROM ledger INDEXED BY ledger_contact
            WHERE dealership = ? AND contact IN (?, ?, ?) ORDER BY seq
            """,
            [.text(dealership.text)] + slots.prefix(3).map { .blob($0) }, Self.entry
        ).map { try $0.get().entry }
    }

    /// One entry, with its stored hash.
    func entry(_ id: LedgerEntryID) throws -> StoredLedgerEntry? {
        try connection.first(
            "SELECT \(Self.columns) FROM ledger WHERE id = ?", [.blob(id.bytes)], Self.entry
        )?.get()
    }

    /// Every entry of a dealership behind a place, with its stored hash, one at a time.
    func forEach(
        dealership: String, after place: Int64 = 0, _ body: (StoredLedgerEntry) throws -> Void
    ) throws {
        var seq = place
        while let stored = try connection.first(
            "SELECT \(Self.columns) FROM ledger WHERE dealership = ? AND seq > ? ORDER BY seq LIMIT 1",
            [.text(dealership), .integer(seq)], Self.entry)
        {
            let entry = try stored.get()
            try body(entry)
            seq = entry.entry.seq
        }
    }

    /// Some entries of a dealership behind a place, with their stored hashes; none at the end of the chain.
    func page(dealership: DealershipID, after seq: Int64) throws -> [StoredLedgerEntry] {
        try connection.all(
            "SELECT \(Self.columns) FROM ledger WHERE dealership = ? AND seq > ? ORDER BY seq LIMIT 500",
            [.text(dealership.text), .integer(seq)], Self.entry
        ).map { try $0.get() }
    }

    /// Everybody of whom more than one thing was said, or one thing that is not what stands of them word for word: the others need no
    /// fold to be compared.
    func peopleToFold() throws(SQLiteError) -> [(dealership: DealershipID, contact: ContactReference)] {
        try connection.all(
            """
            SELECT dealership, contact FROM ledger INDEXED BY ledger_contact
            WHERE dealership >= '' GROUP BY dealership, contact HAVING count(*) > 1
            UNION
            SELECT l.dealership, l.contact FROM ledger l LEFT JOIN standing s
                ON s.dealership = l.dealership AND s.contact = l.contact AND s.seq = l.seq
            WHERE s.entry IS NOT l.id OR s.event <> l.event OR s.scope <> l.scope OR s.channel IS NOT l.channel
                OR s.occurred_at_ms <> l.occurred_at_ms OR s.method <> l.method OR s.refers_to IS NOT l.refers_to
                OR s.notice_digest IS NOT l.notice_digest OR s.exceptions <> '' OR s.is_ended
                OR l.event IN ('lifted', 'unrestricted', 'rectified')
            """
        ) { row in
            guard let dealership = try? DealershipID(row.text(0)),
                let contact = ContactReference(bytes: row.blob(1))
            else { return nil }
            return (dealership, contact)
        }.compactMap(\.self)
    }

    /// What was written of blocks under other references since, directly or through another copy, without the blocks themselves. Reads what
    /// the dealership recorded since the first of them.
    func copies(of blocks: [LedgerEntry], dealership: DealershipID) throws -> [LedgerEntry] {
        guard let first = blocks.map(\.seq).min() else { return [] }
        let later = try connection.all(
            """
            SELECT \(Self.columns) FROM ledger
            WHERE dealership = ? AND seq > ? AND refers_to IS NOT NULL AND event = 'objected' AND method = 'page'
            ORDER BY seq
            """, [.text(dealership.text), .integer(first)], Self.entry
        ).map { try $0.get().entry }
        var contacts = Dictionary(blocks.map { ($0.id, $0.contact) }) { $1 }
        return later.filter { entry in
            guard contacts[entry.id] == nil, let original = entry.refersTo.flatMap({ contacts[$0] }),
                original != entry.contact
            else { return false }
            contacts[entry.id] = entry.contact
            return true
        }
    }

    /// Adds entries to the end of their dealership's chain, in order; they come back with their place.
    ///
    /// - Parameter standing: what stands of their references, where it was read in this transaction; a reference has one entry then.
    func append(_ entries: [LedgerEntry], to standing: Standing? = nil) throws -> [LedgerEntry] {
        guard let dealership = entries.first?.dealership else { return [] }
        let end = try ends?[dealership] ?? end(of: dealership)
        var chain = LedgerChain(lastSeq: end.seq, lastHash: end.hash, digest: Crypto.sha256)
        return try entries.map { entry in
            var entry = entry
            let hash = chain.append(&entry)
            let stored = StoredLedgerEntry(entry: entry, hash: hash)
            try put(stored, to: standing)
            mirror?.note(stored)
            ends?[dealership] = ChainEnd(seq: entry.seq, hash: hash)
            return entry
        }
    }

    /// Where a chain ends; an empty one at 0, with the hash that the first entry continues.
    func end(of dealership: DealershipID) throws -> ChainEnd {
        try connection.first(
            "SELECT seq, hash FROM ledger WHERE dealership = ? ORDER BY seq DESC LIMIT 1",
            [.text(dealership.text)]
        ) { ChainEnd(seq: $0.integer(0), hash: $0.blob(1)) }
            ?? .beginning
    }

    func hash(of dealership: DealershipID, seq: Int64) throws -> [UInt8]? {
        try connection.first(
            "SELECT hash FROM ledger WHERE dealership = ? AND seq = ?",
            [.text(dealership.text), .integer(seq)]
        ) { $0.blob(0) }
    }

    /// Dealerships that have a chain.
    func dealerships() throws -> [DealershipID] {
        try connection.all(
            "SELECT id FROM dealership d WHERE EXISTS (SELECT 1 FROM ledger WHERE dealership = d.id)"
        ) { $0.text(0) }.map { try DealershipID($0) }
    }

    /// A dealership that the store does not know (an older one was put back) gets a row without a record: its objections count, and
    /// nothing is sent in its name before its file is put again.
    func makeRoom(for dealership: DealershipID) throws {
        try connection.run(
            "INSERT OR IGNORE INTO dealership (id, record, updated_at_ms) VALUES (?, '', 0)",
            [.text(dealership.text)])
    }

    func entry(_ id: LedgerEntryID, dealership: DealershipID) throws -> LedgerEntry? {
        try connection.first(
            "SELECT \(Self.columns) FROM ledger WHERE id = ? AND dealership = ?",
            [.blob(id.bytes), .text(dealership.text)], Self.entry
        )?.get().entry
    }

    /// Writes an entry that has its place, and what stands from it on.
    func put(_ stored: StoredLedgerEntry, to standing: Standing? = nil) throws {
        let entry = stored.entry
        try connection.run(
            Self.insertion,
            [
                .blob(entry.id.bytes), .integer(entry.seq), .blob(entry.prevHash), .blob(stored.hash),
                .text(entry.dealership.text), .blob(entry.contact.bytes), .blob(entry.relatedContact?.bytes),
                .text(entry.channel?.rawValue), .text(entry.scope.description), .text(entry.event.rawValue),
                .blob(entry.refersTo?.bytes), .integer(entry.occurredAt.milliseconds),
                .integer(entry.recordedAt.milliseconds), .text(entry.method.rawValue), .text(entry.actor),
                .blob(entry.noticeDigest), .blob(entry.evidenceDigest),
            ])
        try StandingTable(connection: connection).apply(entry, to: standing)
    }

    /// Reads a row; a row that this version cannot read is damage, not input.
    private static func entry(_ row: SQLRow) -> Result<StoredLedgerEntry, StoreError> {
        guard let id = LedgerEntryID(bytes: row.blob(0)), let dealership = try? DealershipID(row.text(4)),
            let contact = ContactReference(bytes: row.blob(5)), let scope = try? Scope(row.text(8)),
            let event = LedgerEvent(rawValue: row.text(9)), let method = ConsentMethod(rawValue: row.text(13))
        else { return .failure(.unusable("ledger entry \(row.integer(1)) of \(row.text(4)) cannot be read")) }
        let entry = LedgerEntry(
            id: id, seq: row.integer(1), prevHash: row.blob(2), dealership: dealership, contact: contact,
            relatedContact: row.optionalBlob(6).flatMap(ContactReference.init(bytes:)),
            channel: row.optionalText(7).flatMap(Channel.init(rawValue:)), scope: scope, event: event,
            refersTo: row.optionalBlob(10).flatMap(LedgerEntryID.init(bytes:)),
            occurredAt: Timestamp(milliseconds: row.integer(11)),
            recordedAt: Timestamp(milliseconds: row.integer(12)),
            method: method, actor: row.text(14), noticeDigest: row.optionalBlob(15),
            evidenceDigest: row.optionalBlob(16))
        return .success(StoredLedgerEntry(entry: entry, hash: row.blob(3)))
    }
}

/// An entry with the hash that stands beside it.
package struct StoredLedgerEntry: Sendable {
    package let entry: LedgerEntry
    package let hash: [UInt8]
}
