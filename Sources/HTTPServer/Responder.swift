// The handler's end of an exchange: it answers once, from any thread.
// A responder that is dropped without an answer answers 500, so that no request hangs on a forgotten path.
// A second answer from the handler is a mistake of the program: it traps in debug builds and is ignored in
// release.
// An answer that comes after the handler's deadline is late, not wrong: it is ignored.

import Synchronization

/// Answers one request.
package final class Responder: Sendable {
    private let exchange: Exchange
    private let hasAnswered = Atomic(false)

    init(_ exchange: Exchange) {
        self.exchange = exchange
    }

    deinit {
        if !hasAnswered.load(ordering: .acquiring) { exchange.settle(.internalError) }
    }

    /// Sends the answer; to be called once, from any thread, and it never blocks.
    package func respond(_ response: HTTPResponse) {
        guard !hasAnswered.exchange(true, ordering: .acquiringAndReleasing) else {
            assertionFailure("a request was answered twice")
            return
        }
        exchange.settle(response)
    }
}
