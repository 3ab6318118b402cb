// The durable outbox and ledger: one SQLite file, one writing thread, any number of readers. It promises that what it
// answers is on disk (`synchronous=FULL`, read back), that no two processes write one store (a lock beside the file), that a
// store is only opened with the key it was made with, and that what an earlier process left in doubt is `unknown` before
// anything is claimed. Failures are `StoreError`s.

import Consent
import Delivery
import Domain
import Runtime
import SQLite

package final class OutboxStore: StoreCommands {
    private let writer: StoreWriter
    private let lock: FileLock
    private let clock: WallClock
    private let policy: RetryPlan
    private let readers: ReaderPool
    private let diskFloor: DiskFloor
    private let mirrorProblem: Lock<String?>
    private let webhookBell = CommitBell()
    private let channelBell = CommitBell()
    /// How many messages the last process left in doubt.
    package let interruptedCount: Int

    /// Opens the store for writing, makes or migrates it, and settles what a crash left.
    ///
    /// - Parameters:
    ///   - keyFingerprint: of the home's reference key; the first opening binds the store to it.
    ///   - routes: the providers of each routed channel, in order; a channel without a route is left as it is.
    ///   - mirrorPath: the file that every ledger entry is written to as well; nil for none.
    ///   - startCountPath: the home's count of starts; beside the store unless said.
    ///   - cacheKilobytes: of the file's pages in memory; more than usual for many lines at once.
    ///   - diskFloor: new work is refused while less is free.
    ///   - onBroken: called when the disk failed at a commit; the process must end and recover at its next start.
    package init(
        path: String, keyFingerprint: String, policy: RetryPlan = RetryPlan(),
        routes: [Channel: [String]] = [:], mirrorPath: String? = nil,
        startCountPath: String? = nil, cacheKilobytes: Int = 2_000, diskFloor: DiskFloor = .none,
        clock: WallClock = .system,
        onBroken: @escaping @Sendable (StoreError) -> Void
    ) throws(StoreError) {
        readers = ReaderPool(path: path, keyFingerprint: keyFingerprint)
        self.clock = clock
        self.policy = policy
        self.diskFloor = diskFloor
        let mirrorProblem = Lock<String?>(nil)
        self.mirrorProblem = mirrorProblem
        do {
            try Files.createFolder(Files.parentFolder(of: path))
            guard let lock = try FileLock(path: path + ".lock") else { throw StoreError.locked(path: path) }
            self.lock = lock
        } catch let error as StoreError {
            throw error
        } catch {
            throw .unusable("\(error)")
        }
        writer = try StoreWriter(
            open: { [webhookBell, channelBell] () throws(StoreError) in
                try StoreFile(
                    try Self.open(path, keyFingerprint, cacheKilobytes), keyFingerprint: keyFingerprint,
                    mirrorPath: mirrorPath, startCountPath: startCountPath ?? path + ".starts",
                    mirrorProblem: mirrorProblem, webhookBell: webhookBell, channelBell: channelBell)
            }, onBroken: onBroken)
        do {
            interruptedCount = try writer.perform {
                let transaction = WriteTransaction(file: $0, now: clock.now(), policy: policy)
                let count = try transaction.recover()
                for (channel, providers) in routes { try transaction.follow(providers, channel: channel) }
                return count
            }
        } catch {
            writer.stop()
            throw error
        }
    }

    /// Writes what waits and lets the store go; the writer closes last, and leaves one file without a log.
    package func close() {
        readers.close()
        writer.stop()
    }

    // MARK: Commands

    package func submit(
        _ command: StoreCommand, completion: @escaping @Sendable (Result<StoreAnswer, StoreError>) -> Void
    ) {
        // Only new messages can be too many: an objection or the end of an attempt is never turned away.
        if command.isNewWork, let refusal = newWorkRefusal { return completion(.failure(refusal)) }
        writer.submit(
            { [clock, policy] in
                try WriteTransaction(file: $0, now: clock.now(), policy: policy).run(command)
            }, isNewWork: command.isNewWork, isMirrored: command.isMirrored, emptiesLog: command.emptiesLog,
            completion: completion)
    }

    /// T3 of the attempt that ended, if any, and T2 of the next message, in one transaction.
    package func settle(_ end: AttemptEnd?, thenClaim request: ClaimRequest?) throws(StoreError)
        -> ClaimResult
    {
        try perform { transaction in
            if let end { try transaction.settle(end) }
            return try request.map { try transaction.claim($0) } ?? .idle(nextDue: nil)
        }
    }

    /// Why no message is accepted now, whoever sends it; nil when there is room.
    package var newWorkRefusal: StoreError? { diskFloor.refusal() }

    /// Why the ledger's mirror is behind the ledger; nil while it is not.
    package var mirrorDelay: String? { mirrorProblem.withLock { $0 } }

    /// Calls on the store's thread, which it must not hold, when something is on its way to a webhook.
    package func onWebhook(_ body: @escaping @Sendable () -> Void) { webhookBell.listen(body) }

    /// Calls on the store's thread, which it must not hold, when a message goes on by another channel.
    package func onChannelChange(_ body: @escaping @Sendable () -> Void) { channelBell.listen(body) }

    // MARK: Reading

    package func read<Value>(_ body: (StoreReader) throws(StoreError) -> Value) throws(StoreError) -> Value {
        try readers.read(body)
    }

    // MARK: Private

    func perform<Value: Sendable>(
        _ body: @escaping @Sendable (WriteTransaction) throws -> Value
    ) throws(StoreError) -> Value {
        try writer.perform { [clock, policy] in
            try body(WriteTransaction(file: $0, now: clock.now(), policy: policy))
        }
    }

    private static func open(
        _ path: String, _ keyFingerprint: String, _ cacheKilobytes: Int
    ) throws(StoreError) -> Connection {
        let connection: Connection
        do {
            connection = try Connection(path: path, access: .writer, cacheKilobytes: cacheKilobytes)
        } catch {
            let failure = StoreError(error)
            switch failure {
            case .full, .overloaded: throw failure
            case .broken where !error.isNotAStore: throw failure
            default: throw .unusable("the store \(path) cannot be opened: \(error)")
            }
        }
        try Migrations.apply(to: connection)
        try bindKey(keyFingerprint, connection)
        return connection
    }

    private static func bindKey(_ fingerprint: String, _ connection: Connection) throws(StoreError) {
        do {
            try connection.run(
                "INSERT OR IGNORE INTO home (name, value) VALUES ('reference-key', ?)", [.text(fingerprint)])
        } catch {
            throw StoreError(error)
        }
        try checkKey(fingerprint, connection)
    }

    static func checkKey(_ fingerprint: String, _ connection: Connection) throws(StoreError) {
        let bound: String?
        do {
            bound = try connection.first("SELECT value FROM home WHERE name = 'reference-key'") { $0.text(0) }
        } catch {
            throw StoreError(error)
        }
        guard bound == fingerprint else {
            throw .unusable(
                "secret.key is not the key that this store was made with: put the right one back, "
                    + "or its objections cannot be matched")
        }
    }
}
