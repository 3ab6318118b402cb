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

    /// Written without a tree of values in between: every entry of an import passes here, on the store's thread.
    static func append(_ stored: StoredLedgerEntry, to output: inout [UInt8]) {
        let entry = stored.entry
        func member(_ name: StaticString, _ value: String?) {
            name.withUTF8Buffer { output.append(contentsOf: $0) }
            output.append(contentsOf: (value.map { "\"\($0)\"" } ?? "null").utf8)
        }
        func digits(_ name: StaticString, _ bytes: [UInt8]?, prefix: StaticString = "") {
            name.withUTF8Buffer { output.append(contentsOf: $0) }
            guard let bytes else { return output.append(contentsOf: "null".utf8) }
            output.append(UInt8(ascii: "\""))
            prefix.withUTF8Buffer { output.append(contentsOf: $0) }
            Hexadecimal.append(bytes, to: &output)
            output.append(UInt8(ascii: "\""))
        }
        func number(_ name: StaticString, _ value: Int64) {
            name.withUTF8Buffer { output.append(contentsOf: $0) }
            output.append(contentsOf: String(value).utf8)
        }
        member("{\"dealership\":", entry.dealership.text)
        number(",\"seq\":", entry.seq)
        digits(",\"hash\":", stored.hash)
        digits(",\"prevHash\":", entry.prevHash)
        digits(",\"id\":", entry.id.bytes, prefix: "led_")
        digits(",\"contact\":", entry.contact.bytes, prefix: "ct_")
        digits(",\"relatedContact\":", entry.relatedContact?.bytes, prefix: "ct_")
        member(",\"channel\":", entry.channel?.rawValue)
        member(",\"scope\":", entry.scope.description)
        member(",\"event\":", entry.event.rawValue)
        digits(",\"refersTo\":", entry.refersTo?.bytes, prefix: "led_")
        number(",\"occurredAt\":", entry.occurredAt.milliseconds)
        number(",\"recordedAt\":", entry.recordedAt.milliseconds)
        member(",\"method\":", entry.method.rawValue)
        output.append(contentsOf: ",\"actor\":".utf8)
        output += JSONValue.string(entry.actor).bytes()  // the one that may need escaping
        digits(",\"noticeDigest\":", entry.noticeDigest)
        digits(",\"evidenceDigest\":", entry.evidenceDigest)
        output.append(contentsOf: "}\n".utf8)
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
