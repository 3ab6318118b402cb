// The end of `shutdownGrace`. Shortly before it, what is in flight is given up, so that its end can still be settled: not accepted
// when it was not fully sent, else `unknown`. When even that takes longer (a disk, a name server), the process ends anyway, and what
// is found in `sending` at the next start becomes `unknown`.

import Glibc
import Runtime

final class ShutdownDeadline {
    /// What is left for giving up and settling: libcurl notices within a second, then come two commits.
    private static let settlingTime = Duration.seconds(5)

    private let isCancelled = Monitor(false)
    private let thread: NamedThread

    /// - Parameter giveUp: called on a thread of its own when the grace is nearly over; it must not wait.
    init(_ grace: Duration, exitStatus: CInt, _ log: Log, giveUp: @escaping @Sendable () -> Void) {
        let settlingTime = min(Self.settlingTime, grace)
        thread = NamedThread("deadline") { [isCancelled] in
            let isDone = { (limit: Duration) in isCancelled.wait(atMost: limit) { $0 ? true : nil } ?? false }
            if isDone(grace - settlingTime) { return }
            log(
                .warning, "giving-up",
                ["note": "what is not fully sent stays queued, what was sent is unknown"])
            giveUp()
            if isDone(settlingTime) { return }
            log(.warning, "grace-over", ["remedy": "messages in flight become unknown at the next start"])
            _exit(exitStatus)
        }
    }

    func cancel() {
        isCancelled.update { $0 = true }
        thread.join()
    }
}
