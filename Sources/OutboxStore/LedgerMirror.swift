// The mirror: a file beside the store (or on another disk) with every ledger entry, verbatim, so that no objection is lost with the
// database. The store is written first and the mirror before anybody is answered, so the mirror never knows more than its
// store, unless that store is an older one that somebody put back: then the missing entries are brought back from here. It belongs
// to the store thread.

import Consent
import Crypto
import Domain
import Runtime
import SQLite

final class LedgerMirror {
    private let path: String
    private let file: AppendFile
    private var ends: [DealershipID: ChainEnd] = [:]
    /// Chains that the store has added to since they were mirrored.
    private var behind: Set<DealershipID> = []
    private var additions: [DealershipID: Addition] = [:]

    /// What was added to a chain since its last commit, as lines: they need not be read back, if they are what was committed.
    private struct Addition {
        let start: ChainEnd
        var end: ChainEnd
        var lines: [UInt8] = []
    }

    /// Opens the file for this process alone, or makes it, and reads where each chain ends. Its first line names the reference key: under
    /// another one its entries would match nobody.
    init(path: String, keyFingerprint: String) throws(StoreError) {
        self.path = path
        let title = LedgerLine.title(keyFingerprint: keyFingerprint)
        do {
            file = try AppendFile(path: path)
            var isTitled = false
            try file.forEachLine { line in
                if isTitled {
                    let (dealership, end) = try LedgerLine.place(of: line)
                    ends[dealership] = end
                } else if line.elementsEqual(title.dropLast()) {
                    isTitled = true
                } else {
                    throw StoreError.unusable("its first line is not that of a ledger of this secret.key")
                }
            }
            if !isTitled { try file.append(title) }
        } catch {
            throw .unusable(
                "the ledger's mirror \(path) cannot be used: \(error); move it aside to begin a new one, or set another path"
            )
        }
    }

    /// An entry was added to its chain; its transaction may still fail.
    func note(_ stored: StoredLedgerEntry) {
        let dealership = stored.entry.dealership
        behind.insert(dealership)
        let start = ChainEnd(seq: stored.entry.seq - 1, hash: stored.entry.prevHash)
        if additions[dealership]?.end != start {
            additions[dealership] = Addition(start: start, end: start)
        }
        additions[dealership]?.end = ChainEnd(seq: stored.entry.seq, hash: stored.hash)
        LedgerLine.append(
            stored, to: &additions[dealership, default: Addition(start: start, end: start)].lines)
    }

    /// Writes what the store has committed and the mirror has not.
    func catchUp(_ connection: Connection) throws {
        guard !behind.isEmpty else { return }
        defer { additions = [:] }
        var lines: [UInt8] = []
        var ends = ends
        for dealership in behind.sorted(by: { $0.text < $1.text }) {
            let table = LedgerTable(connection: connection)
            // A hash covers all that is before it: with the same end it is the same chain, and not one of a transaction that failed.
            if let addition = additions[dealership], addition.start == ends[dealership] ?? .beginning,
                try table.end(of: dealership) == addition.end
            {
                lines += addition.lines
                ends[dealership] = addition.end
                continue
            }
            try table.forEach(dealership: dealership.text, after: ends[dealership]?.seq ?? 0) { stored in
                LedgerLine.append(stored, to: &lines)
                ends[dealership] = ChainEnd(seq: stored.entry.seq, hash: stored.hash)
            }
        }
        if !lines.isEmpty { try file.append(lines) }
        self.ends = ends
        behind = []
    }

    /// At start, inside a transaction: gives the store back what only the mirror has.
    ///
    /// - Throws: `unusable` when the two are not of one ledger, or a line was altered.
    func restore(into connection: Connection) throws -> RestoredLedger {
        let table = LedgerTable(connection: connection)
        var chains: [DealershipID: LedgerChain] = [:]
        for (dealership, end) in ends {
            let store = try table.end(of: dealership)
            let common = min(store.seq, end.seq)
            if common == end.seq {
                guard try table.hash(of: dealership, seq: common) == end.hash else {
                    throw foreign(dealership, common)
                }
            } else {
                try table.makeRoom(for: dealership)
                chains[dealership] = LedgerChain(
                    lastSeq: store.seq, lastHash: store.hash, digest: Crypto.sha256)
            }
            if store.seq > end.seq { behind.insert(dealership) }
        }
        for dealership in try table.dealerships() where ends[dealership] == nil { behind.insert(dealership) }
        return chains.isEmpty ? RestoredLedger() : try replay(chains, table)
    }

    private func replay(_ chains: [DealershipID: LedgerChain], _ table: LedgerTable) throws -> RestoredLedger
    {
        var chains = chains
        var restored = RestoredLedger()
        var isTitle = true
        try file.forEachLine { line in
            defer { isTitle = false }
            if isTitle { return }
            let (dealership, place) = try LedgerLine.place(of: line)
            guard var chain = chains[dealership], place.seq > chain.lastSeq else { return }
            let stored = try LedgerLine.entry(line)
            do {
                try chain.check(stored.entry, hash: stored.hash)
            } catch {
                throw foreign(dealership, place.seq)
            }
            try table.put(stored)
            chains[dealership] = chain
            restored.count += 1
            if stored.entry.event == .erased { restored.erasures.append(stored.entry) }
        }
        return restored
    }

    private func foreign(_ dealership: DealershipID, _ seq: Int64) -> StoreError {
        .unusable(
            "the ledger's mirror \(path) and the store disagree about entry \(seq) of \(dealership): one of them belongs to "
                + "another home or was altered; relais consent verify checks the store; move the mirror aside to begin a new one"
        )
    }
}

/// What a store got back from its mirror.
struct RestoredLedger {
    /// Entries.
    var count = 0
    /// Those that say that somebody was erased since the store was copied.
    var erasures: [LedgerEntry] = []
}
