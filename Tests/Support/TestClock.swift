// A clock that stands still until a test moves it.

import Domain
import Runtime

/// A clock for tests; any thread may read and move it.
package final class TestClock: Sendable {
    private let moment: Lock<Timestamp>

    /// Starts on 2026-11-23T08:00:00Z, or at another moment.
    package init(_ moment: Timestamp = Timestamp(milliseconds: 1_795_420_800_000)) {
        self.moment = Lock(moment)
    }

    package var now: Timestamp { moment.withLock { $0 } }

    /// The seam that the rooms take.
    package var wallClock: WallClock { WallClock { [self] in now } }

    package func advance(by duration: Duration) { moment.withLock { $0 = $0 + duration } }
}
