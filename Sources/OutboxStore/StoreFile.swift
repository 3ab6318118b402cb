// The store as its own thread has it: the one writing connection, the mirror beside it and the home's count. It opens them in the order
// that makes them agree: an older store is found out, gets back what only the mirror has, and is fenced before anything is claimed.

import Domain
import Runtime
import SQLite

final class StoreFile {
    /// Pages, as in SQLite's own automatic checkpoints.
    private static let longLog = 1000

    let connection: Connection
    let mirror: LedgerMirror?
    private let homeCount: StartCount
    private var count: Int64 = 0

    /// A prepared connection with its mirror; `unusable` when they do not belong together.
    init(_ connection: Connection, mirrorPath: String?, startCountPath: String) throws(StoreError) {
        self.connection = connection
        homeCount = StartCount(path: startCountPath)
        mirror = try mirrorPath.map { path throws(StoreError) in try LedgerMirror(path: path) }
        do {
            try start()
            try mirror?.catchUp(connection)
        } catch let error as StoreError {
            throw error
        } catch let error as SQLiteError {
            throw StoreError(error)
        } catch {
            throw .unusable("\(error)")
        }
    }

    private func start() throws {
        let fence = RestoreFence(connection: connection)
        try connection.run("BEGIN IMMEDIATE")
        do {
            let evidence = RestoreFence.Evidence(
                stamp: try fence.stamp(), storeCount: try fence.count(), homeCount: try homeCount.read(),
                restoredEntries: try mirror?.restore(into: connection) ?? 0)
            if let reason = RestoreFence.reason(evidence) { try fence.raise(reason) }
            count = max(evidence.storeCount ?? 0, evidence.homeCount ?? 0) + 1
            try fence.setCount(count)
            try connection.run("COMMIT")
        } catch {
            if connection.isInTransaction { _ = try? connection.run("ROLLBACK") }
            throw error
        }
        try homeCount.write(count)
    }

    /// The end of an orderly process counts too: a copy that was taken while it ran is an older store from here on.
    ///
    /// - Throws: what the store's half met; a home that cannot be written leaves the store one ahead, as a crash does.
    func end() throws {
        count += 1
        try RestoreFence(connection: connection).setCount(count)
        try? homeCount.write(count)
    }

    /// After everybody was answered: moves the log into the file when it is long. A disk that fails here loses nothing, because the log
    /// stands, and says that it must not be trusted with more.
    func checkpoint() throws(SQLiteError) {
        guard connection.logPageCount >= Self.longLog else { return }
        try connection.checkpoint()
    }

    /// After a commit, before anybody hears of it.
    func mirrorNewEntries() -> StoreError? {
        do {
            try mirror?.catchUp(connection)
            return nil
        } catch {
            return .notMirrored("\(error)")
        }
    }
}
