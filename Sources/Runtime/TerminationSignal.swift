// SIGTERM, SIGINT and, for a gateway, SIGHUP as something to wait for. They are blocked in every thread before the first one starts, and taken
// by whoever waits here, so no code ever runs in a signal handler.

import Glibc

package enum TerminationSignal {
    /// What came.
    package enum Arrival: Sendable {
        case termination
        case hangup
    }

    /// Blocks SIGTERM and SIGINT for whoever waits for them later; call it before any thread starts.
    package static func block() { block([SIGTERM, SIGINT]) }

    /// Blocks SIGHUP too: a gateway outlives the terminal that started it, and takes a hang-up as the wish to reload. `nohup` has
    /// it ignored, and what is ignored does not wait for anybody.
    package static func blockHangup() {
        signal(SIGHUP, SIG_DFL)
        block([SIGHUP])
    }

    /// SIGPIPE does nothing: a closed peer is an error of a write.
    package static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }

    /// Whether a blocked signal has come.
    package static var isPending: Bool {
        var pending = sigset_t()
        sigpending(&pending)
        return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1
    }

    /// Waits for SIGTERM, SIGINT or SIGHUP; all of them must be blocked.
    package static func wait() -> Arrival {
        var signals = set([SIGTERM, SIGINT, SIGHUP])
        var received: CInt = 0
        while sigwait(&signals, &received) != 0 {}
        return received == SIGHUP ? .hangup : .termination
    }

    private static func block(_ numbers: [CInt]) {
        var signals = set(numbers)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private static func set(_ numbers: [CInt]) -> sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in numbers { sigaddset(&signals, number) }
        return signals
    }
}
