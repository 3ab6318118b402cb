// The chain finds an entry that was changed, removed, added or moved. It does not find a tail that was cut
// off, and does not claim to: that takes a checkpoint kept elsewhere.

import Consent
import Crypto
import Domain
import Support
import Testing

@Suite("The ledger's chain")
struct LedgerChainTests {
    typealias Stored = (entry: LedgerEntry, hash: [UInt8])

    @Test("is whole as it was written, from its start and from any of its entries")
    func whole() throws {
        var random = SeededGenerator(state: 41)
        let chain = Self.chain(&random)
        #expect(Self.fault(in: chain) == nil)
        #expect(chain.map(\.entry.seq) == (1...20).map { Int64($0) })
        #expect(chain[0].entry.prevHash == [UInt8](repeating: 0, count: 32))
        for place in 1..<chain.count {
            var rest = LedgerChain(
                lastSeq: Int64(place), lastHash: chain[place - 1].hash, digest: Crypto.sha256)
            for stored in chain[place...] { try rest.check(stored.entry, hash: stored.hash) }
            #expect(rest.lastHash == chain.last?.hash)
        }
    }

    @Test("finds each of 100 changed entries, and names it")
    func changed() {
        var random = SeededGenerator(state: 43)
        for _ in 0..<100 {
            var chain = Self.chain(&random)
            let place = Int.random(in: chain.indices, using: &random)
            let before = chain[place].entry
            RandomEntry.change(&chain[place].entry, &random)
            #expect(chain[place].entry != before)
            #expect(
                Self.fault(in: chain)?.seq == chain[place].entry.seq, "\(before) to \(chain[place].entry)")
        }
    }

    @Test("finds each of 100 changed entries whose hash was made anew, at the entry after it")
    func changedWithHash() {
        var random = SeededGenerator(state: 47)
        for _ in 0..<100 {
            var chain = Self.chain(&random)
            let place = Int.random(in: 0..<chain.count - 1, using: &random)
            chain[place].entry.actor += "x"
            chain[place].hash = Crypto.sha256(chain[place].entry.canonicalBytes)
            #expect(Self.fault(in: chain)?.seq == Int64(place + 2))
        }
    }

    @Test("finds each of 100 changed hashes")
    func changedHash() {
        var random = SeededGenerator(state: 53)
        for _ in 0..<100 {
            var chain = Self.chain(&random)
            let place = Int.random(in: chain.indices, using: &random)
            chain[place].hash[Int.random(in: 0..<32, using: &random)] ^= UInt8.random(
                in: 1...255, using: &random)
            #expect(Self.fault(in: chain)?.seq == Int64(place + 1))
        }
    }

    @Test(
        "finds each of 100 removed entries, also when the others are numbered anew", arguments: [false, true])
    func removed(isRenumbered: Bool) {
        var random = SeededGenerator(state: 59)
        for _ in 0..<100 {
            var chain = Self.chain(&random)
            chain.remove(at: Int.random(in: 0..<chain.count - 1, using: &random))
            if isRenumbered { Self.renumber(&chain) }
            #expect(Self.fault(in: chain) != nil)
        }
    }

    @Test(
        "finds each of 100 added entries, also when the others are numbered anew", arguments: [false, true])
    func added(isRenumbered: Bool) {
        var random = SeededGenerator(state: 61)
        for _ in 0..<100 {
            var chain = Self.chain(&random)
            let place = Int.random(in: chain.indices, using: &random)
            var entry = RandomEntry.make(&random)
            entry.seq = chain[place].entry.seq
            entry.prevHash = chain[place].entry.prevHash
            chain.insert((entry, Crypto.sha256(entry.canonicalBytes)), at: place)
            if isRenumbered { Self.renumber(&chain) }
            #expect(Self.fault(in: chain) != nil)
        }
    }

    @Test("finds each of 100 swapped pairs, also when they are numbered anew", arguments: [false, true])
    func swapped(isRenumbered: Bool) {
        var random = SeededGenerator(state: 67)
        for _ in 0..<100 {
            var chain = Self.chain(&random)
            let places = Array(chain.indices.shuffled(using: &random).prefix(2))
            chain.swapAt(places[0], places[1])
            if isRenumbered { Self.renumber(&chain) }
            #expect(Self.fault(in: chain) != nil)
        }
    }

    @Test("does not find a tail that was cut off: the rest is whole, only shorter")
    func cutTail() {
        var random = SeededGenerator(state: 71)
        let chain = Self.chain(&random)
        for count in 0..<chain.count {
            #expect(Self.fault(in: Array(chain.prefix(count))) == nil)
        }
    }

    @Test("names the entry and its place, and nobody")
    func text() {
        var random = SeededGenerator(state: 83)
        var chain = Self.chain(&random)
        chain[3].entry.id = Ledgers.id(4)
        #expect(
            Self.fault(in: chain)?.description
                == "entry led_00000000000000000000000000000004 at seq 4: its content does not match its hash")
    }

    private static func chain(_ random: inout SeededGenerator) -> [Stored] {
        var chain = LedgerChain(digest: Crypto.sha256)
        return (0..<20).map { _ in
            var entry = RandomEntry.make(&random)
            let hash = chain.append(&entry)
            return (entry, hash)
        }
    }

    private static func renumber(_ chain: inout [Stored]) {
        for place in chain.indices {
            chain[place].entry.seq = Int64(place + 1)
            chain[place].hash = Crypto.sha256(chain[place].entry.canonicalBytes)
        }
    }

    private static func fault(in stored: [Stored]) -> LedgerFault? {
        var chain = LedgerChain(digest: Crypto.sha256)
        do {
            for (entry, hash) in stored { try chain.check(entry, hash: hash) }
            return nil
        } catch {
            return error
        }
    }
}
