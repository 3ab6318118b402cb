// The ledger's rows: read as entries, appended as the next of their chain. Nothing here updates or deletes; the schema's
// triggers refuse both.

import Consent
import Crypto
import Domain
import SQLite

struct LedgerTable {
    let connection: Connection

    private static let columns = """
        id, seq, prev_hash, hash, dealership, contact, related_contact, channel, scope, event, refers_to, \
        occurred_at_ms, recorded_at_ms, method, actor, notice_digest, evidence_digest
        """

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

    /// Every entry of a dealership with its stored hash, one at a time.
    func forEach(dealership: String, _ body: (StoredLedgerEntry) throws -> Void) throws {
        var seq: Int64 = 0
        while let stored = try connection.first(
            "SELECT \(Self.columns) FROM ledger WHERE dealership = ? AND seq > ? ORDER BY seq LIMIT 1",
            [.text(dealership), .integer(seq)], Self.entry)
        {
            let entry = try stored.get()
            try body(entry)
            seq = entry.entry.seq
        }
    }

    /// Adds entries to the end of their dealership's chain, in order; they come back with their place.
    func append(_ entries: [LedgerEntry]) throws -> [LedgerEntry] {
        guard let dealership = entries.first?.dealership else { return [] }
        let last = try connection.first(
            "SELECT seq, hash FROM ledger WHERE dealership = ? ORDER BY seq DESC LIMIT 1",
            [.text(dealership.text)]
        ) { ($0.integer(0), $0.blob(1)) }
        var chain =
            last.map { LedgerChain(lastSeq: $0.0, lastHash: $0.1, digest: Crypto.sha256) }
            ?? LedgerChain(digest: Crypto.sha256)
        return try entries.map { entry in
            var entry = entry
            let hash = chain.append(&entry)
            try insert(entry, hash: hash)
            return entry
        }
    }

    private func insert(_ entry: LedgerEntry, hash: [UInt8]) throws {
        try connection.run(
            "INSERT INTO ledger (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .blob(entry.id.bytes), .integer(entry.seq), .blob(entry.prevHash), .blob(hash),
                .text(entry.dealership.text), .blob(entry.contact.bytes), .blob(entry.relatedContact?.bytes),
                .text(entry.channel?.rawValue), .text(entry.scope.description), .text(entry.event.rawValue),
                .blob(entry.refersTo?.bytes), .integer(entry.occurredAt.milliseconds),
                .integer(entry.recordedAt.milliseconds), .text(entry.method.rawValue), .text(entry.actor),
                .blob(entry.noticeDigest), .blob(entry.evidenceDigest),
            ])
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
