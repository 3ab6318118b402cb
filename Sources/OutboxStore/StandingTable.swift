// The fold of the ledger as rows: what stands of each reference, brought up to date by every entry that is added, in the entry's own
// transaction. The gate reads nothing else, so what it costs does not grow with the ledger. The rows can be made again from the
// entries; they are, when a store comes from a version that folded otherwise.

import Consent
import Domain
import SQLite

struct StandingTable {
    /// Raised when the fold changes: the next start folds every chain again.
    private static let version = "1"
    private static let columns =
        "contact, seq, entry, event, scope, channel, occurred_at_ms, method, refers_to, notice_digest, exceptions, is_ended"

    let connection: Connection

    private static let selection = "SELECT \(columns) FROM standing WHERE dealership = ? AND contact = ?"
    private static let insertion =
        "INSERT INTO standing (dealership, \(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

    /// What stands of some references. Each is looked up by itself: for an `IN`, SQLite makes a table each time.
    func standing(dealership: DealershipID, references: [ContactReference]) throws -> Standing {
        var entries: [StandingEntry] = []
        for reference in references {
            entries += try connection.all(
                Self.selection, [.text(dealership.text), .blob(reference.bytes)], Self.entry
            ).map { try $0.get() }
        }
        return Standing(entries.sorted { $0.seq < $1.seq })
    }

    /// What stands of one event in a dealership, whoever it is about.
    func standing(dealership: DealershipID, event: LedgerEvent) throws -> [StandingEntry] {
        try connection.all(
            "SELECT \(Self.columns) FROM standing WHERE dealership = ? AND event = ? ORDER BY seq",
            [.text(dealership.text), .text(event.rawValue)], Self.entry
        ).map { try $0.get() }
    }

    /// Folds one entry that was added to its chain.
    ///
    /// - Parameter standing: what stood before, of the entry's reference at least, where that is known.
    func apply(_ entry: LedgerEntry, to standing: Standing? = nil) throws {
        let before = try standing ?? self.standing(dealership: entry.dealership, references: [entry.contact])
        var after = before
        after.apply(entry)
        for gone in before.entries where !after.entries.contains(gone) {
            try connection.run(
                "DELETE FROM standing WHERE dealership = ? AND contact = ? AND seq = ?",
                [.text(entry.dealership.text), .blob(gone.contact.bytes), .integer(gone.seq)])
        }
        for new in after.entries where !before.entries.contains(new) { try insert(new, entry.dealership) }
    }

    /// Folds every chain from its first entry, if this version has not done so.
    func bringUpToDate() throws {
        let version = try connection.first("SELECT value FROM home WHERE name = 'standing'") { $0.text(0) }
        guard version != Self.version else { return }
        try rebuild()
        try connection.run(
            "INSERT INTO home (name, value) VALUES ('standing', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            [.text(Self.version)])
    }

    func rebuild() throws {
        try connection.run("DELETE FROM standing")
        let ledger = LedgerTable(connection: connection)
        for dealership in try ledger.dealerships() {
            try ledger.forEach(dealership: dealership.text) { try apply($0.entry) }
        }
    }

    private func insert(_ entry: StandingEntry, _ dealership: DealershipID) throws {
        let exceptions = entry.exceptions.map { "\($0.purpose)/\($0.channel.rawValue)" }
        try connection.run(
            Self.insertion,
            [
                .text(dealership.text), .blob(entry.contact.bytes), .integer(entry.seq),
                .blob(entry.id.bytes), .text(entry.event.rawValue), .text(entry.scope.description),
                .text(entry.channel?.rawValue), .integer(entry.occurredAt.milliseconds),
                .text(entry.method.rawValue), .blob(entry.refersTo?.bytes), .blob(entry.noticeDigest),
                .text(exceptions.joined(separator: " ")), .integer(entry.isEnded ? 1 : 0),
            ])
    }

    /// Reads a row; one that cannot be read is damage, and nobody is sent to on damage.
    private static func entry(_ row: SQLRow) -> Result<StandingEntry, StoreError> {
        let exceptions = row.text(10).split(separator: " ").map {
            StandingEntry.Exception(String($0))
        }
        guard let contact = ContactReference(bytes: row.blob(0)),
            let id = LedgerEntryID(bytes: row.blob(2)),
            let event = LedgerEvent(rawValue: row.text(3)),
            let scope = try? Scope(row.text(4)),
            let method = ConsentMethod(rawValue: row.text(7)), !exceptions.contains(nil)
        else {
            return .failure(.unusable("what stands by ledger entry \(row.integer(1)) cannot be read"))
        }
        return .success(
            StandingEntry(
                contact: contact, seq: row.integer(1), id: id, event: event, scope: scope,
                channel: row.optionalText(5).flatMap(Channel.init(rawValue:)),
                occurredAt: Timestamp(milliseconds: row.integer(6)), method: method,
                refersTo: row.optionalBlob(8).flatMap(LedgerEntryID.init(bytes:)),
                noticeDigest: row.optionalBlob(9), exceptions: exceptions.compactMap(\.self),
                isEnded: row.integer(11) == 1))
    }
}

extension StandingEntry.Exception {
    /// Reads `newsletter/email`.
    fileprivate init?(_ text: String) {
        let parts = text.split(separator: "/").map(String.init)
        guard parts.count == 2, let purpose = try? Purpose(parts[0]),
            let channel = Channel(rawValue: parts[1])
        else { return nil }
        self.init(purpose: purpose, channel: channel)
    }
}
