// What somebody with the database file may do to the ledger (reliability.md, P13): each kind of edit, made at random through a connection
// of its own, with the triggers gone and the checks off. A rewriting forger knows our encoding and hashes the rest of the chain anew.

import Consent
import Crypto
import SQLite
import Support

enum Tampering: CaseIterable {
    case flip
    case delete
    case insert
    case reorder
    case truncate
    case swap
    case move
    case rewrite
    case drop
    case evidence

    /// Opens the file past every rule of the store.
    static func connection(_ fixture: StoreFixture) throws -> Connection {
        let connection = try fixture.rawConnection()
        try connection.run("DROP TRIGGER ledger_is_never_changed")
        try connection.run("DROP TRIGGER ledger_is_never_shortened")
        try connection.run("PRAGMA foreign_keys=OFF")
        try connection.run("PRAGMA ignore_check_constraints=ON")
        return connection
    }

    /// Edits the ledger once; what it did, in words. Throws where the schema itself refuses (a key that is there already).
    func apply(_ connection: Connection, _ random: inout SeededGenerator) throws -> String {
        let ledger = TamperedLedger(connection: connection)
        let place = try ledger.place(&random)
        switch self {
        case .flip:
            let column = TamperedLedger.columns.randomElement(using: &random)!
            try ledger.alter(column, at: place, &random)
            return "flip \(column) of \(place)"
        case .delete:
            // The last entry is `truncate`'s.
            try ledger.delete(place)
            return "delete \(place)"
        case .insert:
            let target = try ledger.target(&random)
            if target.dealership == place.dealership { try ledger.shift(target, by: 1) }
            try ledger.copy(place, to: target, &random)
            return "insert \(place) at \(target)"
        case .reorder:
            var other = place
            while other == place { other.seq = Int64.random(in: 1...(try ledger.end(place)), using: &random) }
            try ledger.exchange(place, other)
            let isHashedAnew = Bool.random(using: &random)
            if isHashedAnew { try ledger.hashAnew(place.dealership, from: min(place.seq, other.seq)) }
            return "reorder \(place) and \(other), hashed anew: \(isHashedAnew)"
        case .truncate:
            // From anywhere, or the very last one; and what would betray it with it.
            var place = place
            if Bool.random(using: &random) { place.seq = try ledger.end(place) }
            try connection.run(
                "DELETE FROM ledger WHERE dealership = ? AND seq >= ?",
                [.text(place.dealership), .integer(place.seq)])
            try connection.run("DELETE FROM evidence WHERE entry NOT IN (SELECT id FROM ledger)")
            return "truncate from \(place)"
        case .swap:
            var other = place
            other.dealership = TamperedLedger.dealerships.first { $0 != place.dealership }!
            if Bool.random(using: &random) { other = try ledger.place(&random, of: other.dealership) }
            try ledger.exchange(place, other)
            return "swap \(place) and \(other)"
        case .move:
            var target = place
            if Bool.random(using: &random) {
                target.dealership = TamperedLedger.dealerships.first { $0 != place.dealership }!
            }
            target.seq = try ledger.end(target) + 1
            try ledger.set(place, to: target)
            return "move \(place) to \(target)"
        case .rewrite:
            return try ledger.rewrite(place, &random)
        case .drop:
            let name = Bool.random(using: &random) ? "garage-est" : nil
            if let name {
                try connection.run(
                    "UPDATE ledger SET dealership = ? WHERE dealership = ?",
                    [.text(name), .text(place.dealership)])
            } else {
                try connection.run("DELETE FROM ledger WHERE dealership = ?", [.text(place.dealership)])
                try connection.run("DELETE FROM evidence")
            }
            return "drop \(place.dealership), as \(name ?? "nothing")"
        case .evidence:
            return try ledger.alterEvidence(&random)
        }
    }

    /// Whether the chains are whole in themselves after it, so that only the checkpoint can tell.
    var leavesChainsWhole: Bool { self == .truncate || self == .rewrite }
}
