// A child process started with posix_spawn(3). Foundation's `Process` hands a child the signal mask of the thread that
// starts it (SIGTERM is blocked on pool threads); this one starts with an empty mask, default signals and only the three standard
// descriptors, so that a listener of the test is not kept open by the child. Every wait is bounded.

import Foundation
import Glibc

/// One child process.
package final class ChildProcess: @unchecked Sendable {
    private typealias CloseFrom =
        @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32

    /// `posix_spawn_file_actions_addclosefrom_np`, which glibc has and its Swift module lacks.
    private static let closeFrom: CloseFrom = {
        guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else {
            fatalError("this glibc is older than 2.34")
        }
        return unsafeBitCast(symbol, to: CloseFrom.self)
    }()

    package let id: pid_t
    private let lock = NSLock()
    private var endStatus: Int32?

    /// Starts a program; the descriptors stay the caller's.
    package init(
        _ path: String, _ arguments: [String], environment: [String: String], input: Int32, output: Int32,
        error: Int32
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, source) in [input, output, error].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
        }
        _ = Self.closeFrom(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        var usual = sigset_t()
        sigemptyset(&usual)
        for signal in [SIGPIPE, SIGTERM, SIGINT] { sigaddset(&usual, signal) }
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var id: pid_t = 0
        let result = posix_spawn(&id, path, &actions, &attributes, &words, &variables)
        guard result == 0 else {
            throw TestFailure("\(path): \(String(cString: strerror(result)))")
        }
        self.id = id
    }

    deinit {
        guard end() == nil else { return }
        kill(id, SIGKILL)
        waitpid(id, nil, 0)
    }

    /// Sends a signal, unless the process has ended.
    package func send(signal: Int32) {
        lock.withLock {
            guard endStatus == nil else { return }
            _ = kill(id, signal)
        }
    }

    /// The exit code when it has ended, 256 and the signal's number when a signal ended it; nil while it runs.
    package func end() -> Int32? {
        lock.withLock {
            if let endStatus { return endStatus }
            var status: Int32 = 0
            guard waitpid(id, &status, WNOHANG) == id else { return nil }
            let signal = status & 0x7F
            endStatus = signal == 0 ? (status >> 8) & 0xFF : 256 + signal
            return endStatus
        }
    }

    /// Waits for the end; kills it and throws when that takes too long.
    package func waitForEnd(atMostSeconds limit: Double = 60) throws -> Int32 {
        if let status = Patience.wait(atMostSeconds: limit, { end() }) { return status }
        send(signal: SIGKILL)
        throw TestFailure("process \(id) did not end within \(limit) s")
    }
}
