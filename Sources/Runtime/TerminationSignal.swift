// SIGTERM and SIGINT as something to wait for. They are blocked in every thread before the first one starts, and taken by
// whoever waits here, so no code ever runs in a signal handler.

import Glibc

package enum TerminationSignal {
    /// Blocks the signals for whoever waits for them later; call it before any thread starts.
    package static func block() {
        var signals = set
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// SIGPIPE does nothing: a closed peer is an error of a write.
    package static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }

    /// SIGHUP does nothing: a gateway outlives the terminal that started it.
    package static func ignoreHangup() {
        signal(SIGHUP, SIG_IGN)
    }

    /// Whether a blocked signal has come.
    package static var isPending: Bool {
        var pending = sigset_t()
        sigpending(&pending)
        return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1
    }

    /// Waits for SIGTERM or SIGINT.
    package static func wait() {
        var signals = set
        var received: CInt = 0
        while sigwait(&signals, &received) != 0 {}
    }

    private static var set: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        return signals
    }
}
