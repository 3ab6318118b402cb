// `relais backup DEST`: a copy of the store beside a running gateway. `VACUUM INTO` reads one moment of it, however much is written
// meanwhile (`sqlite3_backup_step` would start again with each write). The copy is checked, stamped, synced, and only then given its
// name, so what has that name is whole. The stamp raises the restore fence where the copy is started. Keys are never in it.

import Domain
import Glibc
import Runtime
import SQLite

package enum Backup {
    /// Copies the store at `path` to `destination`, which must not exist; its folder must.
    ///
    /// - Throws: `SystemError` when the copy cannot be made there, `StoreError` when the store cannot be read.
    package static func write(of path: String, to destination: String, at now: Timestamp) throws {
        guard !Files.exists(destination) else { throw SystemError(EEXIST, "create", destination) }
        let temporary = destination + ".\(getpid()).new"
        do {
            try Files.create(temporary, [], mode: 0o600)
        } catch {
            throw SystemError(error.code, error.call, destination)
        }
        defer { for end in ["", "-wal", "-shm"] { unlink(temporary + end) } }
        do {
            try Connection(path: path, access: .copier).run("VACUUM INTO ?", [.text(temporary)])
            try stamp(temporary, at: now)
        } catch let error as SQLiteError {
            throw StoreError(error)
        }
        try Files.move(temporary, to: destination)
    }

    private static func stamp(_ copy: String, at now: Timestamp) throws {
        let connection = try Connection(path: copy, access: .writer)
        let check = try connection.first("PRAGMA quick_check(1)") { $0.text(0) }
        guard check == "ok" else {
            throw StoreError.unusable("the copy is damaged, and so is the store: \(check ?? "no answer")")
        }
        try RestoreFence(connection: connection).setStamp(now.text)
        // One file that stands alone, also when somebody looks into it.
        try connection.query("PRAGMA journal_mode=DELETE") { _ in }
    }
}
