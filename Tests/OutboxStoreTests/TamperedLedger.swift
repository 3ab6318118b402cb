// The hands of a forger: the ledger's rows, one by one, as bytes.

import Consent
import Crypto
import Foundation
import SQLite
import Support

struct TamperedLedger {
    struct Place: Equatable, CustomStringConvertible {
        var dealership: String
        var seq: Int64

        var description: String { "\(dealership)/\(seq)" }
        var values: [SQLValue] { [.text(dealership), .integer(seq)] }
    }

    static let dealerships = ["garage-nord", "garage-sud"]
    /// In the order of the encoding, and the hash.
    static let columns = [
        "id", "seq", "prev_hash", "dealership", "contact", "related_contact", "channel", "scope", "event",
        "refers_to", "occurred_at_ms", "recorded_at_ms", "method", "actor", "notice_digest",
        "evidence_digest", "hash",
    ]
    private static let integers: Set<String> = ["seq", "occurred_at_ms", "recorded_at_ms"]
    private static let texts: Set<String> = ["dealership", "channel", "scope", "event", "method", "actor"]
    private static let optionals: Set<String> = [
        "related_contact", "channel", "refers_to", "notice_digest", "evidence_digest",
    ]
    private static let isHere = "WHERE dealership = ? AND seq = ?"

    let connection: Connection

    func place(_ random: inout SeededGenerator, of dealership: String? = nil) throws -> Place {
        var place = Place(dealership: dealership ?? Self.dealerships.randomElement(using: &random)!, seq: 0)
        place.seq = Int64.random(in: 1...(try end(place)), using: &random)
        return place
    }

    /// Somewhere in a chain, right behind one, or at the beginning of a new one.
    func target(_ random: inout SeededGenerator) throws -> Place {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return Place(dealership: "garage-est", seq: 1)
        case 1:
            var place = try place(&random)
            place.seq = try end(place) + 1
            return place
        default: return try place(&random)
        }
    }

    func end(_ place: Place) throws -> Int64 {
        try connection.first(
            "SELECT max(seq) FROM ledger WHERE dealership = ?", [.text(place.dealership)]
        ) { $0.integer(0) } ?? 0
    }

    /// Changes one value: one of its bits, or whether it is there.
    func alter(_ column: String, at place: Place, _ random: inout SeededGenerator) throws {
        let value: SQLValue
        if Self.integers.contains(column) {
            let old = try connection.first("SELECT \(column) FROM ledger \(Self.isHere)", place.values) {
                $0.integer(0)
            }!
            value = .integer(old ^ (1 << Int64.random(in: 0..<64, using: &random)))
        } else {
            let old = try connection.first("SELECT \(column) FROM ledger \(Self.isHere)", place.values) {
                $0.optionalBlob(0)
            }!
            value = .blob(altered(old, canVanish: Self.optionals.contains(column), &random))
        }
        let slot = Self.texts.contains(column) ? "CAST(? AS TEXT)" : "?"
        try connection.run("UPDATE ledger SET \(column) = \(slot) \(Self.isHere)", [value] + place.values)
    }

    private func altered(_ bytes: [UInt8]?, canVanish: Bool, _ random: inout SeededGenerator) -> [UInt8]? {
        guard var bytes, !bytes.isEmpty else {
            let count = [0, 5, 16, 32].randomElement(using: &random)!
            return (0..<count).map { _ in UInt8.random(in: 97...122, using: &random) }
        }
        if canVanish, Int.random(in: 0..<4, using: &random) == 0 { return nil }
        bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        return bytes
    }

    func delete(_ place: Place) throws {
        try connection.run("DELETE FROM ledger \(Self.isHere)", place.values)
    }

    func copy(_ place: Place, to target: Place, _ random: inout SeededGenerator) throws {
        let others = Self.columns.filter { !["id", "dealership", "seq"].contains($0) }
        let names = others.joined(separator: ", ")
        // The original may have made room for its copy.
        let source =
            place.dealership == target.dealership && place.seq >= target.seq ? place.seq + 1 : place.seq
        try connection.run(
            "INSERT INTO ledger (id, dealership, seq, \(names)) SELECT ?, ?, ?, \(names) FROM ledger \(Self.isHere)",
            [.blob((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })] + target.values
                + [.text(place.dealership), .integer(source)])
    }

    /// Moves what is at a place and behind it, by way of numbers that nobody has.
    func shift(_ place: Place, by distance: Int64) throws {
        try connection.run(
            "UPDATE ledger SET seq = -seq WHERE dealership = ? AND seq >= ?", place.values)
        try connection.run(
            "UPDATE ledger SET seq = -seq + ? WHERE dealership = ? AND seq < 0",
            [.integer(distance), .text(place.dealership)])
    }

    func set(_ place: Place, to target: Place) throws {
        try connection.run(
            "UPDATE ledger SET dealership = ?, seq = ? \(Self.isHere)", target.values + place.values)
    }

    func exchange(_ place: Place, _ other: Place) throws {
        let aside = Place(dealership: "aside", seq: 1)
        try set(place, to: aside)
        try set(other, to: place)
        try set(aside, to: other)
    }

    /// Changes, removes or adds an entry and makes everything from there on anew, as if it had never been otherwise.
    func rewrite(_ place: Place, _ random: inout SeededGenerator) throws -> String {
        let choice = Int.random(in: 0..<4, using: &random)
        switch choice {
        case 0:
            try connection.run(
                "UPDATE ledger SET actor = actor || 'x' \(Self.isHere)", place.values)
        case 1:
            try connection.run("UPDATE ledger SET contact = randomblob(16) \(Self.isHere)", place.values)
        case 2:
            let gone = try connection.first("SELECT id FROM ledger \(Self.isHere)", place.values) {
                $0.blob(0)
            }!
            try connection.run("DELETE FROM evidence WHERE entry = ?", [.blob(gone)])
            try delete(place)
            try shift(place, by: -1)
        default:
            let original = try self.place(&random, of: place.dealership)
            try shift(place, by: 1)
            try copy(original, to: place, &random)
        }
        try hashAnew(place.dealership, from: place.seq)
        return "rewrite from \(place), way \(choice)"
    }

    func hashAnew(_ dealership: String, from first: Int64) throws {
        var previous =
            try connection.first(
                "SELECT hash FROM ledger \(Self.isHere)", [.text(dealership), .integer(first - 1)]
            ) { $0.blob(0) } ?? [UInt8](repeating: 0, count: 32)
        var encoding = LedgerEncoding()
        let rows = try connection.all(
            "SELECT \(Self.columns.joined(separator: ", ")) FROM ledger WHERE dealership = ? AND seq >= ? ORDER BY seq",
            [.text(dealership), .integer(first)]
        ) { row in
            encoding.begin()
            for (index, column) in Self.columns.dropLast().enumerated() {
                if Self.integers.contains(column) {
                    encoding.append(row.integer(CInt(index)))
                } else {
                    encoding.append(column == "prev_hash" ? previous : row.optionalBlob(CInt(index)))
                }
            }
            let continued = previous
            previous = Crypto.sha256(encoding.bytes)
            return (seq: row.integer(1), prevHash: continued, hash: previous)
        }
        for row in rows {
            try connection.run(
                "UPDATE ledger SET prev_hash = ?, hash = ? \(Self.isHere)",
                [.blob(row.prevHash), .blob(row.hash), .text(dealership), .integer(row.seq)])
        }
    }

    /// Changes a text, its salt, where the one ends and the other begins, or whose it is.
    func alterEvidence(_ random: inout SeededGenerator) throws -> String {
        let count = try connection.first("SELECT count(*) FROM evidence") { $0.integer(0) }!
        let evidence = try connection.first(
            "SELECT entry, salt, text FROM evidence ORDER BY entry LIMIT 1 OFFSET ?",
            [.integer(Int64.random(in: 0..<count, using: &random))]
        ) { (entry: $0.blob(0), salt: $0.blob(1), text: $0.blob(2)) }!
        let column = ["entry", "salt", "text", "boundary"].randomElement(using: &random)!
        if column == "boundary" {
            try connection.run(
                "UPDATE evidence SET salt = ?, text = CAST(? AS TEXT) WHERE entry = ?",
                [
                    .blob(Array(evidence.salt.dropLast())),
                    .blob(evidence.salt.suffix(1) + evidence.text), .blob(evidence.entry),
                ])
        } else {
            let old = ["entry": evidence.entry, "salt": evidence.salt, "text": evidence.text][column]
            try connection.run(
                "UPDATE evidence SET \(column) = \(column == "text" ? "CAST(? AS TEXT)" : "?") WHERE entry = ?",
                [.blob(altered(old, canVanish: false, &random)), .blob(evidence.entry)])
        }
        return "evidence: \(column)"
    }
}
