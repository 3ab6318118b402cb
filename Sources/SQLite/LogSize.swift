// How long the write-ahead log was at the last commit, told by SQLite's own hook. With a hook SQLite leaves checkpoints to us: its automatic
// ones run inside COMMIT, before anybody is answered, and pass over a disk that fails.

import CSQLite

final class LogSize {
    private(set) var pageCount = 0

    /// Listens on a connection, which this must outlive.
    func listen(to handle: OpaquePointer) {
        sqlite3_wal_hook(handle, noteLogSize, Unmanaged.passUnretained(self).toOpaque())
    }

    /// What was copied counts no more; the next commit tells anew.
    func forget() { pageCount = 0 }

    fileprivate func note(_ pages: CInt) { pageCount = Int(pages) }
}

/// Called by SQLite after each commit, on the connection's thread.
private func noteLogSize(
    _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?,
    _ pages: CInt
) -> CInt {
    if let context { Unmanaged<LogSize>.fromOpaque(context).takeUnretainedValue().note(pages) }
    return SQLITE_OK
}
