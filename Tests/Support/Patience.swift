// Waiting for what another process does: the condition is asked again every few milliseconds, and never for longer than a bound.

import Glibc

package enum Patience {
    /// The first non-nil answer; nil when the time is over.
    package static func wait<Value>(
        atMostSeconds limit: Double = 20, _ condition: () throws -> Value?
    ) rethrows -> Value? {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(limit)
        while true {
            if let value = try condition() { return value }
            guard clock.now < end else { return nil }
            poll(nil, 0, 3)
        }
    }
}
