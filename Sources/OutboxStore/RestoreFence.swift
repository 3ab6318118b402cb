// The restore fence: while it is up, no claim commits. It goes up at the start of a store that is, or may be, older than the
// last one that this home ran: what it shows as waiting may have been sent since. It is a row of the store, so it survives a
// crash, and only `restore accept` takes it down. What it looks at: the stamp that `relais backup` puts into a copy; a count that
// moves with each start, each end and each minute of work, kept in the store and in a file of the home; and a mirror that
// knows more than its store. A rollback of the whole machine takes all of them back together and cannot be told apart, nor can a
// snapshot of the last minute before a crash.

import Domain
import SQLite

package struct RestoreFence {
    /// Everything that can tell an older store.
    struct Evidence: Equatable {
        /// When this copy was made, if it is a backup.
        var stamp: String?
        /// The count in the store; nil in one that was never started by a version that counts.
        var storeCount: Int64?
        /// The count in the home; nil without the file.
        var homeCount: Int64?
        /// Ledger entries that only the mirror had.
        var restoredEntries: Int
    }

    /// Why the fence goes up, or nil. A store that is one ahead of its home crashed between the two writes of a start.
    static func reason(_ evidence: Evidence) -> String? {
        if let stamp = evidence.stamp { return reason(ofBackup: stamp) }
        if evidence.restoredEntries > 0 {
            return "the store is older than its ledger's mirror (\(evidence.restoredEntries) entries)"
        }
        switch (evidence.storeCount, evidence.homeCount) {
        case (nil, nil): return nil
        case (nil, _?): return "the store is new, and this home had another one"
        case (_?, nil): return "the store comes from another home, or the home lost its count of starts"
        case (let store?, let home?):
            guard store != home, store != home + 1 else { return nil }
            return "the store is not the one that this home ran last"
        }
    }

    static func reason(ofBackup stamp: String) -> String { "the store is the backup of \(stamp)" }

    let connection: Connection

    /// Why the fence is up; nil when it is down.
    func reason() throws -> String? { try value("fence") }

    /// The last message that was there when the fence went up: what came later has no other life.
    func lastSeq() throws -> Int64 { try value("fence-last-message").flatMap(Int64.init) ?? 0 }

    /// Puts it up for this reason, in the transaction that takes the reason away: the next start has none, and what is accepted
    /// meanwhile stays outside.
    func raise(_ reason: String) throws {
        let last = try connection.first("SELECT max(seq) FROM message") { $0.integer(0) } ?? 0
        try set("fence", reason)
        try set("fence-last-message", String(last))
        try connection.run("DELETE FROM home WHERE name = 'backup'")
    }

    func lower() throws {
        try connection.run("DELETE FROM home WHERE name IN ('fence', 'fence-last-message')")
    }

    func stamp() throws -> String? { try value("backup") }
    func setStamp(_ text: String) throws { try set("backup", text) }

    /// Starts, ends and minutes of work of processes that wrote this store.
    func count() throws -> Int64? { try value("starts").flatMap(Int64.init) }
    func setCount(_ count: Int64) throws { try set("starts", String(count)) }

    private func value(_ name: String) throws -> String? {
        try connection.first("SELECT value FROM home WHERE name = ?", [.text(name)]) { $0.text(0) }
    }

    private func set(_ name: String, _ value: String) throws {
        try connection.run(
            "INSERT INTO home (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [.text(name), .text(value)])
    }
}
