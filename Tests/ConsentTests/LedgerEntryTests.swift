// The canonical encoding of an entry: fixed for good, and one entry's alone.

import Consent
import Crypto
import Domain
import Support
import Testing

@Suite("The encoding of a ledger entry")
struct LedgerEntryTests {
    /// Made with Python's `struct` from the field list: a chain written today is verified by every later
    /// version.
    static let golden =
        "72656c6169732f6c65646765722d656e7472792f7631000100000010017f22e279b07cc398c4dc0c"
        + "0c07398f010000000800000000000000070100000020abababababababababababababababababab"
        + "abababababababababababababab0100000006676172616765010000001001010101010101010101"
        + "010101010101000100000005656d61696c010000000a6e6577736c657474657201000000086f626a"
        + "6563746564000100000008000001a2076b44000100000008000001a2076b447b01000000096f6e65"
        + "2d636c69636b0100000007636f6e74616374000100000020cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
        + "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
    static let goldenHash = "b9c2232829001790659ccd154f524d559913ec67a0f55d334d9e209b50f0e8ce"

    @Test("is the one that was fixed")
    func fixed() throws {
        let entry = LedgerEntry(
            id: try LedgerEntryID("led_017f22e279b07cc398c4dc0c0c07398f"), seq: 7,
            prevHash: [UInt8](repeating: 0xAB, count: 32), dealership: Ledgers.dealership,
            contact: Ledgers.reference(1), channel: .email, scope: Ledgers.scope("newsletter"),
            event: .objected, occurredAt: Timestamp(milliseconds: 1_795_420_800_000),
            recordedAt: Timestamp(milliseconds: 1_795_420_800_123), method: .oneClick, actor: "contact",
            evidenceDigest: [UInt8](repeating: 0xCD, count: 32))
        #expect(Hexadecimal.text(of: entry.canonicalBytes) == Self.golden)
        #expect(Hexadecimal.text(of: Crypto.sha256(entry.canonicalBytes)) == Self.goldenHash)
    }

    @Test("differs when one field or two do: a hundred thousand neighbours (reliability.md, 37)")
    func neighbours() {
        var random = SeededGenerator(state: 73)
        var entry = RandomEntry.make(&random)
        var encoding = entry.canonicalBytes
        for _ in 0..<100_000 {
            let before = entry
            // Two fields, too, because what leaves one may seem to be in the other.
            RandomEntry.change(&entry, &random)
            if Bool.random(using: &random) { RandomEntry.change(&entry, &random) }
            let next = entry.canonicalBytes
            // A hundred thousand expectations cost more than what they expect.
            if encoding == next, before != entry { Issue.record("\(before) and \(entry)") }
            encoding = next
        }
    }

    @Test("is the same for no two of many random entries")
    func distinct() {
        var random = SeededGenerator(state: 79)
        let entries = Set((0..<5000).map { _ in RandomEntry.make(&random) })
        #expect(Set(entries.map(\.canonicalBytes)).count == entries.count)
    }

    @Test("keeps seq and prevHash apart from what follows")
    func place() {
        let entry = Ledgers.entry(.objected, "quote")
        var encodings: Set<[UInt8]> = []
        for seq in [0, 1, 256, -1] as [Int64] {
            for prevHash in [[], [0], [0, 0], [UInt8](repeating: 0, count: 32)] as [[UInt8]] {
                var moved = entry
                moved.seq = seq
                moved.prevHash = prevHash
                encodings.insert(moved.canonicalBytes)
            }
        }
        #expect(encodings.count == 16)
    }

    @Test("does not let a byte cross from one field into the next, nor nothing pass for an empty field")
    func boundaries() {
        let bytes: [UInt8] = [0, 1, 0, 0, 0, 1, 2, 0, 1]
        var encodings: Set<[UInt8]> = []
        for place in 0...bytes.count {
            var entry = Ledgers.entry(.objected, "quote")
            entry.noticeDigest = Array(bytes[..<place])
            entry.evidenceDigest = Array(bytes[place...])
            encodings.insert(entry.canonicalBytes)
        }
        #expect(encodings.count == bytes.count + 1)
        for (notice, evidence) in [(nil, nil), (nil, []), ([], nil), ([], []), (nil, bytes), (bytes, nil)]
            as [([UInt8]?, [UInt8]?)]
        {
            var entry = Ledgers.entry(.objected, "quote")
            entry.noticeDigest = notice
            entry.evidenceDigest = evidence
            encodings.insert(entry.canonicalBytes)
        }
        // ([], bytes), (bytes, []) were among the first; ([], []) and the five with nil are new.
        #expect(encodings.count == bytes.count + 7)
    }

    @Test("knows its events and methods by their words in the contract")
    func words() {
        #expect(
            Set(LedgerEvent.allCases.map(\.rawValue)) == [
                "objected", "withdrawn", "refused", "complained", "misdirected", "restricted", "unrestricted",
                "bounced", "given", "lifted", "soft-opt-in", "requested", "rectified", "erased",
            ])
        #expect(
            Set(LedgerEvent.allCases.filter(\.isBlock).map(\.rawValue)) == [
                "objected", "withdrawn", "refused", "complained", "misdirected", "restricted", "bounced",
            ])
        #expect(
            Set(ConsentMethod.allCases.map(\.rawValue)) == [
                "one-click", "page", "sms-keyword", "mailto", "api", "operator", "paper", "phone",
                "feedback-loop", "dsn", "import",
            ])
    }
}
