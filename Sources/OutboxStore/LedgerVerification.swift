// `consent verify`: every row of the ledger, in one statement and in one look, against its chain and the checkpoints, then evidence and notices. The rows are
// hashed as they are stored and never read as entries, so that no change is lost in reading; in constant memory. What it
// finds is an answer, never an error; the first fault of a chain ends the walk of that chain.

import Consent
import Crypto
import Domain
import SQLite

/// What `consent verify` found of one chain: how many entries are whole, and the first fault.
package struct LedgerVerification: Sendable {
    /// Nil for evidence that belongs to no entry.
    package let dealership: String?
    package let entries: Int64
    /// The hash of the last whole entry.
    package let lastHash: [UInt8]
    /// The checkpoint that reaches furthest; nil when no checkpoint is of this chain.
    package let checkpoint: LedgerCheckpoint?
    package var fault: LedgerFault?
    /// The first entry whose notice is not kept. The chain is whole without it, and a store that got entries back from its mirror has none of
    /// their texts; but what was agreed to cannot be shown.
    package var missingNotice: LedgerFault?

    /// Walks every chain that there is, or should be by a dealership's record or a checkpoint; sorted by dealership.
    package static func all(
        _ connection: Connection, against checkpoints: [LedgerCheckpoint] = []
    ) throws(SQLiteError) -> [LedgerVerification] {
        let expected = Dictionary(grouping: checkpoints) { $0.dealership.text }
        var encoding = LedgerEncoding()
        var found: [LedgerVerification] = []
        var walk: ChainWalk?
        try connection.query(rows) { row in
            let dealership = row.blob(3)
            if walk?.dealership != dealership {
                if let ended = walk { found.append(ended.result) }
                walk = ChainWalk(dealership, expected)
            }
            walk?.take(row, &encoding)
        }
        if let ended = walk { found.append(ended.result) }
        let walked = Set(found.map(\.dealership))
        let known = try connection.all("SELECT id FROM dealership") { $0.text(0) }
        for dealership in Set(known).union(expected.keys) where !walked.contains(dealership) {
            found.append(ChainWalk(Array(dealership.utf8), expected).result)
        }
        try checkEvidence(connection, &found)
        try checkNotices(connection, &found)
        try findMissingNotices(connection, &found)
        try checkStanding(connection, &found)
        return found.sorted { ($0.dealership ?? "") < ($1.dealership ?? "") }
    }

    /// The columns in the order of the encoding, and the hash; the rows in the order of the table's own key.
    private static let rows = """
        SELECT id, seq, prev_hash, dealership, contact, related_contact, channel, scope, event, refers_to, \
        occurred_at_ms, recorded_at_ms, method, actor, notice_digest, evidence_digest, hash \
        FROM ledger ORDER BY dealership, seq
        """

    /// A text that is not the one under its entry's digest is a fault of that chain; one that was removed is none.
    private static func checkEvidence(
        _ connection: Connection, _ found: inout [LedgerVerification]
    ) throws(SQLiteError) {
        try connection.query(
            """
            SELECT e.entry, e.salt, e.text, l.dealership, l.seq, l.evidence_digest
            FROM evidence e LEFT JOIN ledger l ON l.id = e.entry
            """
        ) { row in
            // The salt has its length, or its end could pass for the beginning of the text.
            let salt = row.blob(1)
            let digest = EvidenceText.digest(salt: salt, text: row.blob(2))
            guard salt.count != EvidenceText.saltByteCount || digest != row.optionalBlob(5) else { return }
            let dealership = row.optionalText(3)
            let fault = LedgerFault(
                seq: row.optionalInteger(4), entry: LedgerEntryID(bytes: row.blob(0)),
                reason: dealership == nil
                    ? "there is evidence of this entry, and no such entry"
                    : "its evidence does not match the digest in it")
            note(fault, of: dealership, &found)
        }
    }

    /// The text that somebody agreed to is named by its digest, in the entry and in its own row.
    private static func checkNotices(
        _ connection: Connection, _ found: inout [LedgerVerification]
    ) throws(SQLiteError) {
        try connection.query("SELECT dealership, digest, text FROM notice") { row in
            let digest = row.blob(1)
            guard Crypto.sha256(row.blob(2)) != digest else { return }
            let fault = LedgerFault(
                seq: nil, entry: nil,
                reason: "the notice sha256:\(Hexadecimal.text(of: digest)) is not the text of this digest")
            note(fault, of: row.text(0), &found)
        }
    }

    /// No notice is ever removed: it is about nobody.
    private static func findMissingNotices(
        _ connection: Connection, _ found: inout [LedgerVerification]
    ) throws(SQLiteError) {
        try connection.query(
            """
            SELECT dealership, min(seq), id, notice_digest FROM ledger l
            WHERE notice_digest IS NOT NULL AND NOT EXISTS
                (SELECT 1 FROM notice n WHERE n.dealership = l.dealership AND n.digest = l.notice_digest)
            GROUP BY dealership
            """
        ) { row in
            let fault = LedgerFault(
                seq: row.integer(1), entry: LedgerEntryID(bytes: row.blob(2)),
                reason: "the text of its notice sha256:\(Hexadecimal.text(of: row.blob(3))) is not there")
            let dealership = row.text(0)
            guard let index = found.firstIndex(where: { $0.dealership == dealership }) else { return }
            found[index].missingNotice = fault
        }
    }

    /// The gate reads what stands and not the chain: each person's rows must be what their entries fold to, and no row may be of nobody.
    private static func checkStanding(
        _ connection: Connection, _ found: inout [LedgerVerification]
    ) throws(SQLiteError) {
        let ledger = LedgerTable(connection: connection)
        let table = StandingTable(connection: connection)
        var faults: [(fault: LedgerFault, dealership: String)] = []
        for (dealership, contact) in try ledger.peopleToFold() {
            // What cannot be read is found by the walk of its chain.
            guard let entries = try? ledger.entries(dealership: dealership, references: [contact]),
                let last = entries.last
            else { continue }
            let kept = try? table.standing(dealership: dealership, references: [contact])
            guard kept != Standing(folding: entries) else { continue }
            let reason = "what stands of \(contact) is not what the entries say: relais consent rebuild"
            faults.append((LedgerFault(seq: last.seq, entry: last.id, reason: reason), dealership.text))
        }
        let strangers = try connection.all(
            "SELECT dealership, seq, entry FROM standing s WHERE NOT EXISTS (SELECT 1 FROM ledger l WHERE l.id = s.entry)"
        ) { (dealership: $0.text(0), seq: $0.integer(1), entry: LedgerEntryID(bytes: $0.blob(2))) }
        for row in strangers {
            let reason = "stands, and there is no such entry: relais consent rebuild"
            faults.append((LedgerFault(seq: row.seq, entry: row.entry, reason: reason), row.dealership))
        }
        for (fault, dealership) in faults { note(fault, of: dealership, &found) }
    }

    private static func note(
        _ fault: LedgerFault, of dealership: String?, _ found: inout [LedgerVerification]
    ) {
        if let index = found.firstIndex(where: { $0.dealership == dealership }) {
            found[index].fault = found[index].fault ?? fault
        } else {
            found.append(
                LedgerVerification(
                    dealership: dealership, entries: 0, lastHash: [], checkpoint: nil, fault: fault))
        }
    }

    /// One chain on its way.
    private struct ChainWalk {
        let dealership: [UInt8]
        private var chain = LedgerChain(digest: Crypto.sha256)
        private var fault: LedgerFault?
        /// In the order of the chain, less those that it has reached.
        private var ahead: ArraySlice<LedgerCheckpoint>
        private let last: LedgerCheckpoint?

        init(_ dealership: [UInt8], _ expected: [String: [LedgerCheckpoint]]) {
            self.dealership = dealership
            let checkpoints = expected[String(decoding: dealership, as: UTF8.self)] ?? []
            ahead = checkpoints.filter { $0.seq > 0 }.sorted { $0.seq < $1.seq }[...]
            last = checkpoints.max { $0.seq < $1.seq }
        }

        mutating func take(_ row: SQLRow, _ encoding: inout LedgerEncoding) {
            guard fault == nil else { return }
            encoding.begin()
            for column in 0..<16 as Range<CInt> {
                switch column {
                case 1, 10, 11: encoding.append(row.integer(column))
                default: encoding.append(row.optionalBlob(column))
                }
            }
            let hash = row.blob(16)
            let id = LedgerEntryID(bytes: row.blob(0))
            do {
                try chain.check(
                    seq: row.integer(1), id: id, prevHash: row.blob(2), canonicalBytes: encoding.bytes,
                    hash: hash)
            } catch {
                fault = error
                return
            }
            while let checkpoint = ahead.first, checkpoint.seq == chain.lastSeq {
                guard checkpoint.hash == hash else {
                    fault = LedgerFault(
                        seq: checkpoint.seq, entry: id,
                        reason: "is not the entry of the checkpoint of \(checkpoint.at.text): the chain was "
                            + "written anew, from here or from an earlier entry on")
                    return
                }
                ahead.removeFirst()
            }
        }

        var result: LedgerVerification {
            let missing = ahead.first.map { checkpoint in
                LedgerFault(
                    seq: chain.lastSeq + 1, entry: nil,
                    reason:
                        "the checkpoint of \(checkpoint.at.text) has entries up to \(checkpoint.seq), and the "
                        + "chain ends before this one: they were removed")
            }
            return LedgerVerification(
                dealership: String(decoding: dealership, as: UTF8.self), entries: chain.lastSeq,
                lastHash: chain.lastHash, checkpoint: last, fault: fault ?? missing)
        }
    }
}
