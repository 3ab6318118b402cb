// One dealership's chain of entries, checked from its first to its last. It finds an entry that was changed, removed,
// added or moved, because each hash covers the one before it. A tail cut off, or a chain rewritten from one point to its
// end, leaves a chain that is whole: that is found against a checkpoint kept elsewhere (LedgerCheckpoint).

import Domain

/// SHA-256, handed in so that this room stays free of C.
package typealias Digest = @Sendable ([UInt8]) -> [UInt8]

/// What is wrong with a chain, and where.
package struct LedgerFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nil for what lies beside the chain.
    package let seq: Int64?
    /// Nil where an entry should be and is not.
    package let entry: LedgerEntryID?
    package let reason: String

    package init(seq: Int64?, entry: LedgerEntryID?, reason: String) {
        self.seq = seq
        self.entry = entry
        self.reason = reason
    }

    package var description: String {
        let place = [entry.map { "entry \($0)" }, seq.map { "seq \($0)" }].compactMap(\.self)
        return (place.isEmpty ? "" : place.joined(separator: " at ") + ": ") + reason
    }
}

/// Walks a chain entry by entry, in constant memory.
package struct LedgerChain: Sendable {
    package private(set) var lastSeq: Int64 = 0
    package private(set) var lastHash: [UInt8]
    private let digest: Digest

    package init(digest: @escaping Digest) {
        self.digest = digest
        lastHash = [UInt8](repeating: 0, count: LedgerEntry.digestByteCount)
    }

    /// Goes on from a stored last entry.
    package init(lastSeq: Int64, lastHash: [UInt8], digest: @escaping Digest) {
        self.lastSeq = lastSeq
        self.lastHash = lastHash
        self.digest = digest
    }

    /// Takes the next stored entry with its stored hash; throws where it does not fit.
    package mutating func check(_ entry: LedgerEntry, hash: [UInt8]) throws(LedgerFault) {
        try check(
            seq: entry.seq, id: entry.id, prevHash: entry.prevHash, canonicalBytes: entry.canonicalBytes,
            hash: hash)
    }

    /// The same for an entry that was encoded as it is stored, without being read.
    package mutating func check(
        seq: Int64, id: LedgerEntryID?, prevHash: [UInt8], canonicalBytes: [UInt8], hash: [UInt8]
    ) throws(LedgerFault) {
        func fault(_ reason: String) -> LedgerFault { LedgerFault(seq: seq, entry: id, reason: reason) }
        guard seq == lastSeq + 1 else {
            throw fault("expected seq \(lastSeq + 1): an entry is missing, added or moved")
        }
        guard prevHash == lastHash else { throw fault("does not continue the entry before it") }
        guard digest(canonicalBytes) == hash else { throw fault("its content does not match its hash") }
        lastSeq = seq
        lastHash = hash
    }

    /// Gives a new entry its place in the chain and returns its hash.
    package mutating func append(_ entry: inout LedgerEntry) -> [UInt8] {
        entry.seq = lastSeq + 1
        entry.prevHash = lastHash
        lastHash = digest(entry.canonicalBytes)
        lastSeq = entry.seq
        return lastHash
    }
}
