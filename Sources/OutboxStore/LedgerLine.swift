// A ledger entry as a line of the mirror file: JSON with the words of the contract, section 6, and the entry's hash. Dealership, seq
// and hash stand first, in this order, so that where a chain ends is read without parsing every line.

import Consent
import Domain
import JSON

enum LedgerLine {
    /// The first line of the file.
    static func title(keyFingerprint: String) -> [UInt8] {
        let line: JSONValue = ["ledger": 1, "referenceKey": .string(keyFingerprint)]
        return line.bytes() + [UInt8(ascii: "\n")]
    }

    static func bytes(of stored: StoredLedgerEntry) -> [UInt8] {
        let entry = stored.entry
        let line: JSONValue = [
            "dealership": .string(entry.dealership.text), "seq": .integer(entry.seq),
            "hash": .string(Hexadecimal.text(of: stored.hash)),
            "prevHash": .string(Hexadecimal.text(of: entry.prevHash)),
            "id": .string(entry.id.description), "contact": .string(entry.contact.description),
            "relatedContact": .optional(entry.relatedContact?.description),
            "channel": .optional(entry.channel?.rawValue), "scope": .string(entry.scope.description),
            "event": .string(entry.event.rawValue), "refersTo": .optional(entry.refersTo?.description),
            "occurredAt": .integer(entry.occurredAt.milliseconds),
            "recordedAt": .integer(entry.recordedAt.milliseconds),
            "method": .string(entry.method.rawValue), "actor": .string(entry.actor),
            "noticeDigest": .optional(entry.noticeDigest.map { Hexadecimal.text(of: $0) }),
            "evidenceDigest": .optional(entry.evidenceDigest.map { Hexadecimal.text(of: $0) }),
        ]
        return line.bytes() + [UInt8(ascii: "\n")]
    }

    /// Whose chain a line belongs to, its place and its hash.
    static func place(of line: ArraySlice<UInt8>) throws -> (dealership: DealershipID, end: ChainEnd) {
        let fields = line.split(separator: UInt8(ascii: ","), maxSplits: 3).prefix(3).map { field in
            field.split(separator: UInt8(ascii: ":"), maxSplits: 1).last ?? []
        }
        guard fields.count == 3,
            let dealership = try? DealershipID(text(of: fields[0])),
            let seq = Int64(text(of: fields[1])), seq > 0,
            let hash = Hexadecimal.bytes(of: text(of: fields[2])), hash.count == LedgerEntry.digestByteCount
        else { throw StoreError.unusable("it has a line that is no ledger entry") }
        return (dealership, ChainEnd(seq: seq, hash: hash))
    }

    private static func text(of field: ArraySlice<UInt8>) -> String {
        String(decoding: field.filter { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }

    static func entry(_ line: ArraySlice<UInt8>) throws -> StoredLedgerEntry {
        let reader = try JSONObjectReader(try JSONValue(parsing: Array(line)))
        func optional<Value>(_ name: String, _ make: (String) throws -> Value) throws -> Value? {
            try reader.optionalString(name).map(make)
        }
        func time(_ name: String) throws -> Timestamp {
            Timestamp(milliseconds: Int64(try reader.integer(name, in: Int.min...Int.max)))
        }
        let entry = LedgerEntry(
            id: try LedgerEntryID(reader.string("id")),
            seq: Int64(try reader.integer("seq", in: 1...Int.max)),
            prevHash: try digest(reader.string("prevHash")),
            dealership: try DealershipID(reader.string("dealership")),
            contact: try ContactReference(reader.string("contact")),
            relatedContact: try optional("relatedContact", ContactReference.init),
            channel: try optional("channel", word), scope: try Scope(reader.string("scope")),
            event: try word(reader.string("event")),
            refersTo: try optional("refersTo") { try LedgerEntryID($0) },
            occurredAt: try time("occurredAt"), recordedAt: try time("recordedAt"),
            method: try word(reader.string("method")), actor: try reader.string("actor"),
            noticeDigest: try optional("noticeDigest", digest),
            evidenceDigest: try optional("evidenceDigest", digest))
        let hash = try digest(reader.string("hash"))
        try reader.finish()
        return StoredLedgerEntry(entry: entry, hash: hash)
    }

    private static func digest(_ text: String) throws(ValueError) -> [UInt8] {
        guard let bytes = Hexadecimal.bytes(of: text), bytes.count == LedgerEntry.digestByteCount else {
            throw ValueError("must be 64 hexadecimal digits")
        }
        return bytes
    }

    private static func word<Word: RawRepresentable<String>>(_ text: String) throws(ValueError) -> Word {
        guard let word = Word(rawValue: text) else { throw ValueError("is not a word of this version") }
        return word
    }
}

/// Where a dealership's chain ends: the last entry's place and hash.
struct ChainEnd: Equatable {
    var seq: Int64
    var hash: [UInt8]
}
