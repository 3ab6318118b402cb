// Where one dealership's chain ended at some moment. Signed and kept elsewhere, it shows later whether the chain still has the same
// entries up to there: a tail that was cut off, a chain written anew and one that was dropped all leave chains that look whole by themselves.

import Domain
import JSON

package struct LedgerCheckpoint: Sendable, Hashable {
    package let dealership: DealershipID
    /// The last entry's place; 0 for a chain that has none yet.
    package let seq: Int64
    /// The last entry's hash; zeros for none.
    package let hash: [UInt8]
    /// When this was looked at.
    package let at: Timestamp

    package init(dealership: DealershipID, seq: Int64, hash: [UInt8], at moment: Timestamp) {
        self.dealership = dealership
        self.seq = seq
        self.hash = hash
        at = moment
    }

    /// What is signed.
    package var payload: JSONValue {
        [
            "version": 1, "dealership": .string(dealership.text), "seq": .integer(seq),
            "hash": .string(Hexadecimal.text(of: hash)), "at": .string(at.text),
        ]
    }

    /// Reads what was signed; one of a later version is refused.
    package init(payload: JSONValue) throws {
        let reader = try JSONObjectReader(payload)
        _ = try reader.integer("version", in: 1...1)
        dealership = try DealershipID(reader.string("dealership"))
        seq = Int64(try reader.integer("seq", in: 0...Int.max))
        at = try Timestamp(reader.string("at"))
        guard let hash = Hexadecimal.bytes(of: try reader.string("hash")),
            hash.count == LedgerEntry.digestByteCount
        else { throw reader.problem("hash", detail: "must be 64 hexadecimal digits") }
        self.hash = hash
        try reader.finish()
    }
}
