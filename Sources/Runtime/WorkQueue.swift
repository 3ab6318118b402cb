// Threads that run short pieces of work off the http thread: a bounded mailbox and a fixed number of threads. Full means
// "try again shortly", said at once; stopping runs what was taken in and then ends.

package final class WorkQueue: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var isStopping = false
    }

    private let capacity: Int
    private let state = Monitor(State())
    private let threads: [NamedThread]

    package init(name: String, threads count: Int, capacity: Int) {
        self.capacity = capacity
        threads = (1...count).map { [state] number in
            NamedThread("\(name)-\(number)") { Self.run(state) }
        }
    }

    /// Takes a piece of work; false when the mailbox is full or stopping.
    package func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
        state.update { state in
            guard !state.isStopping, state.waiting.count < capacity else { return false }
            state.waiting.append(work)
            return true
        }
    }

    package func stop() {
        state.update { $0.isStopping = true }
        for thread in threads { thread.join() }
    }

    private static func run(_ state: Monitor<State>) {
        while true {
            let work: (@Sendable () -> Void)?? = state.wait { state in
                if !state.waiting.isEmpty { return .some(state.waiting.removeFirst()) }
                return state.isStopping ? .some(nil) : nil
            }
            guard case .some(.some(let work)) = work else { return }
            work()
        }
    }
}
