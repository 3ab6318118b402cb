// The store as its own thread has it: the one writing connection, the mirror beside it and the home's count. It opens them in the order
// that makes them agree: an older store is found out, gets back what only the mirror has, and is fenced before anything is claimed.

import Consent
import Domain
import Runtime
import SQLite

final class StoreFile {
    /// Pages, as in SQLite's own automatic checkpoints.
    private static let longLog = 1000

    let connection: Connection
    let mirror: LedgerMirror?
    let webhookBell: CommitBell
    let channelBell: CommitBell
    private let homeCount: StartCount
    private let countInterval: Duration
    private var count: Int64 = 0
    /// False between the two writes of a count.
    private var isHomeCurrent = true
    private var countedAt = ContinuousClock.now
    private var countedChanges: Int64 = 0
    private let mirrorProblem: Lock<String?>

    /// A prepared connection with its mirror; `unusable` when they do not belong together.
    ///
    /// - Parameters:
    ///   - mirrorProblem: says why the mirror is behind, while it is.
    ///   - countInterval: how often the count moves while there is work: a copy of what this process itself wrote before is told
    ///     apart from then on.
    init(
        _ connection: Connection, keyFingerprint: String, mirrorPath: String?, startCountPath: String,
        mirrorProblem: Lock<String?> = Lock(nil), webhookBell: CommitBell = CommitBell(),
        channelBell: CommitBell = CommitBell(),
        countInterval: Duration = .seconds(60)
    ) throws(StoreError) {
        self.countInterval = countInterval
        self.connection = connection
        self.mirrorProblem = mirrorProblem
        self.webhookBell = webhookBell
        self.channelBell = channelBell
        homeCount = StartCount(path: startCountPath)
        mirror = try mirrorPath.map { path throws(StoreError) in
            try LedgerMirror(path: path, keyFingerprint: keyFingerprint)
        }
        do {
            try start()
            if case .notMirrored(let reason) = mirrorNewEntries() {
                throw StoreError.unusable(
                    "the ledger's mirror (mirror in relais.json) cannot be written: \(reason)")
            }
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
        var hasErased = false
        try connection.run("BEGIN IMMEDIATE")
        do {
            try StandingTable(connection: connection).bringUpToDate()
            let restored = try mirror?.restore(into: connection) ?? RestoredLedger()
            try eraseAgain(restored.erasures)
            hasErased = !restored.erasures.isEmpty
            let evidence = RestoreFence.Evidence(
                stamp: try fence.stamp(), storeCount: try fence.count(), homeCount: try homeCount.read(),
                restoredEntries: restored.count)
            if let reason = RestoreFence.reason(evidence) { try fence.raise(reason) }
            // One ahead is a start that ended between its two writes, however often: the second is made up for.
            if let store = evidence.storeCount, let home = evidence.homeCount, store == home + 1 {
                count = store
            } else {
                count = max(evidence.storeCount ?? 0, evidence.homeCount ?? 0) + 1
                try fence.setCount(count)
            }
            try connection.run("COMMIT")
        } catch {
            if connection.isInTransaction { _ = try? connection.run("ROLLBACK") }
            throw error
        }
        // Nobody reads beside a start for long, and the end of the process makes up for it.
        if hasErased { _ = emptyLog() }
        try homeCount.write(count)
        countedChanges = connection.totalChanges
    }

    /// What was erased since an older store was copied is in it again, and goes before anything else happens.
    private func eraseAgain(_ erasures: [LedgerEntry]) throws {
        for entry in erasures {
            try ErasureTable(connection: connection).eraseAgain(
                Subject(dealership: entry.dealership, references: [entry.contact]), at: entry.recordedAt)
        }
    }

    /// The end of an orderly process counts too: a copy that was taken while it ran is an older store from here on.
    func end() throws { try advance() }

    /// While there is work, the count moves now and then.
    func keepCount() throws {
        guard connection.totalChanges != countedChanges, .now - countedAt > countInterval else { return }
        try advance()
    }

    /// - Throws: what the store's half met. A home that cannot be written leaves the store one ahead, as a crash does, and never
    ///   more than one.
    private func advance() throws {
        if isHomeCurrent {
            try RestoreFence(connection: connection).setCount(count + 1)
            count += 1
            isHomeCurrent = false
        }
        countedAt = .now
        countedChanges = connection.totalChanges
        try homeCount.write(count)
        isHomeCurrent = true
    }

    /// After everybody was answered: moves the log into the file when it is long. A disk that fails here loses nothing, because the log
    /// stands, and says that it must not be trusted with more.
    func checkpoint() throws(SQLiteError) {
        guard connection.logPageCount >= Self.longLog else { return }
        try connection.checkpoint()
    }

    /// After a commit, before anybody hears of it: no old page is left outside the file; `logHeld` when one has to stay.
    func emptyLog() -> StoreError? {
        do {
            return try connection.emptyLog() ? nil : .logHeld
        } catch {
            return StoreError(error)
        }
    }

    /// After a commit, before anybody hears of it.
    func mirrorNewEntries() -> StoreError? {
        do {
            try mirror?.catchUp(connection)
            mirrorProblem.withLock { $0 = nil }
            return nil
        } catch {
            let problem = StoreError.notMirrored("\(error)")
            mirrorProblem.withLock { $0 = problem.description }
            return problem
        }
    }
}
