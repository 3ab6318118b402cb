// The rows of dealerships. One whose record is empty has none: an older store that does not know it yet, or a dealership that has left; its
// ledger counts all the same.

import Domain
import SQLite

struct DealershipTable {
    let connection: Connection

    /// The dealership's file as it was put; nil without one.
    func record(_ id: DealershipID) throws -> String? {
        try connection.first(
            "SELECT record FROM dealership WHERE id = ? AND record <> ''", [.text(id.text)]
        ) { $0.text(0) }
    }

    func put(_ id: DealershipID, _ record: String, at now: Timestamp) throws {
        try connection.run(
            """
            INSERT INTO dealership (id, record, updated_at_ms) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET record = excluded.record, updated_at_ms = excluded.updated_at_ms
            """, [.text(id.text), .text(record), .integer(now.milliseconds)])
    }

    /// Ends the record. The row stays, because messages and ledger are of this dealership.
    func end(_ id: DealershipID, at now: Timestamp) throws {
        try connection.run(
            "UPDATE dealership SET record = '', updated_at_ms = ?, held_at_ms = NULL WHERE id = ?",
            [.integer(now.milliseconds), .text(id.text)])
    }

    /// Whether the dealership sends; absent for one that the store has never heard of.
    func state(_ id: DealershipID) throws -> DealershipRow.State {
        try connection.first(
            "SELECT record = '', held_at_ms IS NOT NULL FROM dealership WHERE id = ?", [.text(id.text)]
        ) { $0.integer(0) == 1 ? .absent : $0.integer(1) == 1 ? .held : .active } ?? .absent
    }

    /// Holds, or lets go on; one that is held already keeps its time.
    func setHold(_ isHeld: Bool, _ id: DealershipID, at now: Timestamp) throws {
        try connection.run(
            "UPDATE dealership SET held_at_ms = CASE WHEN ? THEN coalesce(held_at_ms, ?) END WHERE id = ?",
            [.integer(isHeld ? 1 : 0), .integer(now.milliseconds), .text(id.text)])
    }

    func all() throws -> [DealershipRow] {
        try connection.all("SELECT id, record, updated_at_ms, held_at_ms FROM dealership ORDER BY id") {
            row in
            DealershipRow(
                id: row.text(0), record: row.text(1), updatedAt: Timestamp(milliseconds: row.integer(2)),
                heldSince: row.optionalInteger(3).map(Timestamp.init(milliseconds:)))
        }
    }
}

/// A dealership as the store has it.
package struct DealershipRow: Sendable {
    package enum State: String, Sendable {
        case active
        /// By an operator: nothing of it is sent.
        case held
        /// Without a record: it has left, or an older store was put back that does not know it yet.
        case absent
    }

    package let id: String
    /// Its file as it was put; empty without one.
    package let record: String
    package let updatedAt: Timestamp
    package let heldSince: Timestamp?

    package var state: State {
        record.isEmpty ? .absent : heldSince == nil ? .active : .held
    }
}

extension StoreReader {
    /// A dealership's file as it was put; nil without one.
    package func dealership(_ id: DealershipID) throws(StoreError) -> String? {
        try read { try DealershipTable(connection: connection).record(id) }
    }

    /// Every dealership that the store knows, those without a record too.
    package func dealerships() throws(StoreError) -> [DealershipRow] {
        try read { try DealershipTable(connection: connection).all() }
    }
}
