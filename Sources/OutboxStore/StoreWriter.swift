// The `store` thread: the only writing connection. Commands wait in a bounded mailbox; all that wait are run in one
// `BEGIN IMMEDIATE … COMMIT` and answered after it, so that one fsync serves them all. It promises that an answer means
// "on disk", that a command which fails leaves nothing behind and harms no other, and that after a disk error at commit the
// process ends (`onBroken`), because an error of fsync is not repeatable: only recovery at the next start can tell.

import Glibc
import Runtime
import SQLite

final class StoreWriter: Sendable {
    private struct Mailbox {
        var jobs: [any WriterJob] = []
        var isStopping = false
    }

    /// More than this many waiting commands are refused: memory stays bounded, and the caller hears of it at once.
    private static let capacity = 10_000
    /// Commands of one transaction, at most: the first of them does not wait long for the last.
    private static let groupLimit = 500

    private let mailbox = Monitor(Mailbox())
    private let thread: NamedThread

    /// Opens the writing connection on its own thread and prepares it there; throws what opening threw.
    init(
        open: @escaping @Sendable () throws(StoreError) -> StoreFile,
        onBroken: @escaping @Sendable (StoreError) -> Void
    ) throws(StoreError) {
        let opened = Monitor<Result<Void, StoreError>?>(nil)
        thread = NamedThread("store") { [mailbox] in
            do throws(StoreError) {
                let file = try open()
                opened.update { $0 = .success(()) }
                Self.run(file, mailbox, onBroken)
                Self.watch(onBroken) { try file.end() }
            } catch {
                opened.update { $0 = .failure(error) }
            }
        }
        do {
            try opened.wait { $0 }.get()
        } catch {
            thread.join()
            throw error
        }
    }

    /// Queues a command; `completion` is called on the store thread after the commit and must return quickly.
    ///
    /// - Parameters:
    ///   - isNewWork: refused when too much waits; everything else is taken.
    ///   - isMirrored: answered only when its ledger entries are in the mirror too.
    ///   - emptiesLog: answered only when no old page is left in the log.
    func submit<Value: Sendable>(
        _ command: @escaping @Sendable (StoreFile) throws -> Value, isNewWork: Bool = false,
        isMirrored: Bool = false, emptiesLog: Bool = false,
        completion: @escaping @Sendable (Result<Value, StoreError>) -> Void
    ) {
        let refusal: StoreError? = mailbox.update { mailbox in
            if mailbox.isStopping { return .stopped }
            if isNewWork && mailbox.jobs.count >= Self.capacity { return .overloaded }
            mailbox.jobs.append(
                Job(
                    command: command, isMirrored: isMirrored, emptiesLog: emptiesLog, completion: completion))
            return nil
        }
        if let refusal { completion(.failure(refusal)) }
    }

    /// Runs a command and waits until it is on disk.
    func perform<Value: Sendable>(
        _ command: @escaping @Sendable (StoreFile) throws -> Value
    ) throws(StoreError) -> Value {
        let answer = Monitor<Result<Value, StoreError>?>(nil)
        submit(command) { result in answer.update { $0 = result } }
        return try answer.wait { $0 }.get()
    }

    /// Writes what waits, closes the connection and ends the thread.
    func stop() {
        mailbox.update { $0.isStopping = true }
        thread.join()
    }

    private static func run(
        _ file: StoreFile, _ mailbox: Monitor<Mailbox>, _ onBroken: @Sendable (StoreError) -> Void
    ) {
        while true {
            let jobs: [any WriterJob]? = mailbox.wait { mailbox in
                if !mailbox.jobs.isEmpty {
                    defer { mailbox.jobs.removeFirst(min(mailbox.jobs.count, groupLimit)) }
                    return .some(Array(mailbox.jobs.prefix(groupLimit)))
                }
                return mailbox.isStopping ? .some(nil) : nil
            }
            guard let jobs else { return }
            let failure = commit(jobs, to: file)
            switch failure {
            case .rollback where jobs.count > 1:
                // One failed; each goes alone now, so that only its own caller hears of it.
                for (index, job) in jobs.enumerated() {
                    if case .broken(let error) = commit([job], to: file) {
                        for job in jobs[index...] { job.fail(error) }
                        onBroken(error)
                        for job in jobs[index...] { job.answer() }
                        break
                    }
                    job.answer()
                }
            case .broken(let error):
                // The process ends before anybody hears anything: whether the commit stands is not known.
                onBroken(error)
                for job in jobs { job.answer() }
            case .rollback, .notBegun, nil:
                for job in jobs { job.answer() }
            }
            file.webhookBell.ring()
            watch(onBroken) {
                try file.checkpoint()
                try file.keepCount()
            }
        }
    }

    /// Work that nobody waits for: only a failing disk is told.
    private static func watch(_ onBroken: (StoreError) -> Void, _ work: () throws -> Void) {
        do {
            try work()
        } catch let error as SQLiteError {
            if case .broken = StoreError(error) { onBroken(StoreError(error)) }
        } catch {
            // Nothing is lost by it, and the next round or the next start does it again.
        }
    }

    private enum Failure: Equatable {
        case rollback
        /// The transaction could not begin; every job has failed with that.
        case notBegun
        case broken(StoreError)
    }

    /// Runs jobs in one transaction; nil when it stands.
    private static func commit(_ jobs: [any WriterJob], to file: StoreFile) -> Failure? {
        let connection = file.connection
        var hasBegun = false
        do throws(SQLiteError) {
            try connection.run("BEGIN IMMEDIATE")
            hasBegun = true
            for job in jobs {
                let before = connection.totalChanges
                if !job.run(file) && (connection.totalChanges != before || !connection.isInTransaction) {
                    if connection.isInTransaction { try connection.run("ROLLBACK") }
                    guard case .broken = job.failure, let failure = job.failure else { return .rollback }
                    // Nothing of the group is on disk, so nobody in it may hear that it is.
                    for job in jobs { job.fail(failure) }
                    return .broken(failure)
                }
            }
            try connection.run("COMMIT")
            if let failure = file.mirrorNewEntries() {
                for job in jobs where job.isMirrored { job.fail(failure) }
            }
            if jobs.contains(where: \.emptiesLog), let failure = file.emptyLog() {
                for job in jobs where job.emptiesLog { job.fail(failure) }
            }
            // Before anybody is answered: whoever then finds nothing more to do may be waited for by a drain that ends.
            file.channelBell.ring()
            return nil
        } catch {
            if connection.isInTransaction { _ = try? connection.run("ROLLBACK") }
            let failure = StoreError(error)
            for job in jobs { job.fail(failure) }
            if case .broken = failure { return .broken(failure) }
            return hasBegun ? .rollback : .notBegun
        }
    }
}

/// A command with its answer: run any number of times, answered once.
private protocol WriterJob: AnyObject, Sendable {
    var failure: StoreError? { get }
    var isMirrored: Bool { get }
    var emptiesLog: Bool { get }
    /// Runs the command; false when it failed.
    func run(_ file: StoreFile) -> Bool
    func fail(_ error: StoreError)
    func answer()
}

/// Touched by the store thread alone once it is in the mailbox.
private final class Job<Value: Sendable>: WriterJob, @unchecked Sendable {
    private let command: @Sendable (StoreFile) throws -> Value
    let isMirrored: Bool
    let emptiesLog: Bool
    private let completion: @Sendable (Result<Value, StoreError>) -> Void
    private var result: Result<Value, StoreError>?

    init(
        command: @escaping @Sendable (StoreFile) throws -> Value, isMirrored: Bool, emptiesLog: Bool,
        completion: @escaping @Sendable (Result<Value, StoreError>) -> Void
    ) {
        self.command = command
        self.isMirrored = isMirrored
        self.emptiesLog = emptiesLog
        self.completion = completion
    }

    var failure: StoreError? { if case .failure(let error) = result { error } else { nil } }

    func run(_ file: StoreFile) -> Bool {
        do {
            result = .success(try command(file))
            return true
        } catch let error as SQLiteError {
            // A statement that the disk failed is rolled back, and nothing is in doubt; only a failing commit breaks the store.
            let failure = StoreError(error)
            if case .broken(let reason) = failure {
                result = .failure(.failed(reason))
            } else {
                result = .failure(failure)
            }
        } catch let error as StoreError {
            result = .failure(error)
        } catch {
            result = .failure(.failed("\(error)"))
        }
        return false
    }

    func fail(_ error: StoreError) { result = .failure(error) }

    func answer() { completion(result ?? .failure(.stopped)) }
}
