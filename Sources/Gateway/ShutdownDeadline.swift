// The end of `shutdownGrace`: when a stop takes longer, the process ends anyway. What was being sent is found in `sending` at the
// next start and becomes `unknown`, which is the truth about it.

import Glibc
import Runtime

final class ShutdownDeadline {
    private let isCancelled = Monitor(false)
    private let thread: NamedThread

    init(_ grace: Duration, exitStatus: CInt, _ log: Log) {
        thread = NamedThread("deadline") { [isCancelled] in
            let wasCancelled: Bool? = isCancelled.wait(atMost: grace) { $0 ? true : nil }
            guard wasCancelled == nil else { return }
            log(.warning, "grace-over", ["remedy": "messages in flight become unknown at the next start"])
            _exit(exitStatus)
        }
    }

    func cancel() {
        isCancelled.update { $0 = true }
        thread.join()
    }
}
