// The threads that requests are worked on. They stay while the routes before them and everything behind them is replaced by a reload, so that no
// request is turned away for it: what was begun ends as it began.

import Runtime

package final class RequestWorkers: Sendable {
    /// As much as is done in some 50 ms: who would wait longer is told at once to come back.
    let work = WorkQueue(name: "api", threads: 2, capacity: 250)
    let publicWork = WorkQueue(name: "public", threads: 2, capacity: 500)
    /// Long work of few callers, with room for little more than is held at a time.
    let batchWork = WorkQueue(name: "batch", threads: 2, capacity: 2)
    /// Health is asked while the API is busy, too.
    let operationsWork = WorkQueue(name: "ops", threads: 1, capacity: 100)
    let isWindingUp = Lock(false)

    package init() {}

    /// Lets batches begin no more lines, so that each is answered soon; before the servers are stopped.
    package func windUpBatches() {
        isWindingUp.withLock { $0 = true }
    }

    /// Finishes what was taken in, and ends the threads; the servers are stopped before.
    package func stop() {
        windUpBatches()
        work.stop()
        publicWork.stop()
        batchWork.stop()
        operationsWork.stop()
    }
}
