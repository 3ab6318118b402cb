// Wakes whoever has something to do after a commit: who sends webhooks, or who delivers by another channel. Marked inside a transaction and
// rung after its commit, because before it nobody else would find anything; a mark of a transaction that was rolled back wakes somebody for
// nothing.

import Runtime

final class CommitBell: Sendable {
    private struct State {
        var isMarked = false
        var onRing: (@Sendable () -> Void)?
    }

    private let state = Lock(State())

    func listen(_ onRing: @escaping @Sendable () -> Void) { state.withLock { $0.onRing = onRing } }

    func mark() { state.withLock { $0.isMarked = true } }

    func ring() {
        let onRing = state.withLock { state in
            defer { state.isMarked = false }
            return state.isMarked ? state.onRing : nil
        }
        onRing?()
    }
}
