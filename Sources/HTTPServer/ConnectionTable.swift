// All open connections with their clocks, and the thread that ends the overdue ones (the reaper).
// A descriptor is shut down only while its connection stands in the table, under the table's mutex;
// libmicrohttpd reports a close before it closes the descriptor, and that report takes the same mutex. So a
// descriptor that the kernel has given to somebody else is never touched.
// The reaper only shuts sockets down and settles exchanges: the http thread sees the end of file and does the
// rest.

import Foundation
import Runtime

/// The open connections of one server.
///
/// `@unchecked Sendable`: every stored variable is read and written under `mutex`, which has to be the raw
/// pthread one because the reaper waits on a condition with it.
final class ConnectionTable: @unchecked Sendable {
    /// One TCP connection.
    final class Entry {
        let descriptor: Int32
        let remoteAddress: String
        fileprivate var clock: ConnectionClock
        fileprivate var exchange: Exchange?

        fileprivate init(descriptor: Int32, remoteAddress: String, clock: ConnectionClock) {
            self.descriptor = descriptor
            self.remoteAddress = remoteAddress
            self.clock = clock
        }
    }

    private enum Mode {
        case open
        case draining
        case closing
        case ended
    }

    private let limits: HTTPServerConfiguration
    private let onRefusal: @Sendable (RefusedRequest) -> Void
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var entries: [ObjectIdentifier: Entry] = [:]
    private var mode = Mode.open
    private var reaperWakesAt = Int64.max

    init(limits: HTTPServerConfiguration, onRefusal: @escaping @Sendable (RefusedRequest) -> Void) {
        self.limits = limits
        self.onRefusal = onRefusal
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    // MARK: reports of the http thread

    /// Adds a connection just accepted; while draining it is shut down at once.
    func add(descriptor: Int32, remoteAddress: String) -> Entry {
        locked {
            let clock = ConnectionClock(at: monotonicNanoseconds(), limits: limits)
            let entry = Entry(descriptor: descriptor, remoteAddress: remoteAddress, clock: clock)
            entries[ObjectIdentifier(entry)] = entry
            if mode != .open { shutdown(descriptor, Int32(SHUT_RDWR)) }
            wakeReaper(for: entry.clock.deadline)
            return entry
        }
    }

    /// Forgets a connection; called before its descriptor is closed.
    func remove(_ entry: Entry) {
        locked {
            entries[ObjectIdentifier(entry)] = nil
            if entries.isEmpty && mode != .open { pthread_cond_broadcast(changed) }
        }
    }

    /// Notes a new phase; tells whether the connection may be kept after this request.
    @discardableResult
    func enter(_ phase: ConnectionClock.Phase, _ entry: Entry) -> Bool {
        locked {
            entry.exchange = nil
            advance(entry, to: phase)
            // A kept connection has nothing to wait for once the server drains.
            if phase == .idle && mode != .open { shutdown(entry.descriptor, Int32(SHUT_RDWR)) }
            return mode == .open
        }
    }

    /// Notes that the handler is about to be called; false when it is too late for that.
    func beginHandling(_ exchange: Exchange, on entry: Entry) -> Bool {
        locked {
            guard mode == .open || mode == .draining else { return false }
            entry.exchange = exchange
            advance(entry, to: .handling, atMost: exchange.allowance.handlerDeadline)
            return true
        }
    }

    // MARK: the reaper

    /// Starts the reaper's thread; it ends with `end`.
    func startReaper() {
        let thread = Thread { [self] in reap() }
        thread.name = "http-reaper"
        thread.start()
    }

    private func reap() {
        pthread_mutex_lock(mutex)
        while mode != .ended {
            let late = endOverdue(at: monotonicNanoseconds())
            if !late.isEmpty {
                // Settling takes the exchange's lock and the library's: never while this mutex is held.
                pthread_mutex_unlock(mutex)
                for exchange in late { exchange.settle(.unavailable) }
                pthread_mutex_lock(mutex)
                continue
            }
            reaperWakesAt = entries.values.reduce(.max) { min($0, $1.clock.deadline) }
            wait(until: reaperWakesAt)
        }
        pthread_mutex_unlock(mutex)
    }

    private func endOverdue(at now: Int64) -> [Exchange] {
        var late: [Exchange] = []
        for entry in entries.values {
            switch entry.clock.takeRemedy(at: now) {
            case nil:
                continue
            case .answerUnavailable:
                if let exchange = entry.exchange { late.append(exchange) }
            case .timeoutAndClose:
                let (id, response) = (RequestID(), HTTPResponse.requestTimeout)
                DirectAnswer.send(response.identified(by: id), to: entry.descriptor)
                onRefusal(RefusedRequest(id, response, RefusedRequest.tooSlow))
                shutdown(entry.descriptor, Int32(SHUT_RDWR))
            case .close:
                shutdown(entry.descriptor, Int32(SHUT_RDWR))
            }
        }
        return late
    }

    // MARK: the end

    /// Shuts down every connection without a request, then waits until all have ended or the time is over.
    func drain(for grace: Duration) {
        locked {
            mode = .draining
            for entry in entries.values where entry.clock.phase == .idle || entry.clock.phase == .opening {
                shutdown(entry.descriptor, Int32(SHUT_RDWR))
            }
        }
        waitUntilEmpty(for: grace)
    }

    /// Lets no handler start any more and hands out the exchanges that still wait for an answer.
    func close() -> [Exchange] {
        locked {
            mode = .closing
            return entries.values.compactMap(\.exchange)
        }
    }

    /// Waits until no connection is left, at most so long.
    func waitUntilEmpty(for limit: Duration) {
        locked {
            let end = monotonicNanoseconds() + limit.nanoseconds
            while !entries.isEmpty && monotonicNanoseconds() < end { wait(until: end) }
        }
    }

    /// Ends the reaper.
    func end() {
        locked {
            mode = .ended
            pthread_cond_broadcast(changed)
        }
    }

    // MARK: under the mutex

    private func advance(
        _ entry: Entry, to phase: ConnectionClock.Phase, atMost handlerDeadline: Duration? = nil
    ) {
        var limits = limits
        limits.handlerDeadline = handlerDeadline ?? limits.handlerDeadline
        entry.clock.enter(phase, at: monotonicNanoseconds(), limits: limits)
        wakeReaper(for: entry.clock.deadline)
    }

    private func wakeReaper(for deadline: Int64) {
        guard deadline < reaperWakesAt else { return }
        reaperWakesAt = deadline
        pthread_cond_broadcast(changed)
    }

    private func wait(until time: Int64) {
        if time == .max {
            pthread_cond_wait(changed, mutex)
        } else {
            var end = timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
            pthread_cond_timedwait(changed, mutex, &end)
        }
    }

    private func locked<R>(_ body: () -> R) -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}

private func monotonicNanoseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
}
