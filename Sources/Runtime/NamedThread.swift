// A thread of our own, named for `ps -L` and `gdb`: everything that blocks runs on one, never on the cooperative pool. It is
// joined by whoever started it; a thread that is never joined is a defect, so forgetting traps in `deinit`.

import CLinux
import Glibc

package final class NamedThread: @unchecked Sendable {
    private let thread: pthread_t
    private let joined = Lock(false)

    /// Starts `body` on a new thread; the name is cut to the kernel's 15 bytes. All signals are blocked in it: they are the
    /// main thread's.
    package init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        var everySignal = sigset_t()
        var previous = sigset_t()
        sigfillset(&everySignal)
        pthread_sigmask(SIG_SETMASK, &everySignal, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }

        let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
        var thread = pthread_t()
        let result = pthread_create(&thread, nil, { runThread($0) }, start.toOpaque())
        precondition(result == 0, "pthread_create: \(result)")
        self.thread = thread
    }

    /// Waits for the end of the thread; a second call returns at once.
    package func join() {
        let isFirst = joined.withLock { wasJoined in
            defer { wasJoined = true }
            return !wasJoined
        }
        if isFirst { pthread_join(thread, nil) }
    }

    deinit {
        precondition(joined.withLock { $0 }, "a thread was not joined")
    }
}

private final class ThreadStart {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
    _ = relais_name_current_thread(String(start.name.prefix(15)))
    start.body()
    return nil
}
