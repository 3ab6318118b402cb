// A rate kept by a moment: messages leave evenly, and after a rest up to a tenth of a second's worth at once, so that a fast rate
// does not hang on the clock's milliseconds. In no period begin more than the rate and that burst together (GCRA, ITU-T I.371).
// Pure: the clock is handed in. A clock that is set back costs at most the wait for one message.

import Domain

package struct TokenBucket: Sendable {
    /// The clock is counted in 1/count ms, so that no rate is rounded: one message is `step` of these.
    private let ticksPerMillisecond: Int64
    private let step: Int64
    /// How far ahead of the clock `paidUntil` may be after a message: the burst.
    private let depth: Int64
    /// The moment, in ticks, until which the messages so far use the rate up.
    private var paidUntil = Int64.min / 2

    package init(_ rate: SendRate) {
        ticksPerMillisecond = Int64(rate.count)
        step = rate.period.milliseconds
        let burst = max(1, 100 * ticksPerMillisecond / step)
        depth = burst * step
    }

    /// The first moment, not before `now`, at which the next message may begin.
    package func nextMoment(at now: Timestamp) -> Timestamp {
        let clock = now.milliseconds * ticksPerMillisecond
        let missing = min(paidUntil, clock + depth) + step - depth - clock
        guard missing > 0 else { return now }
        return now + .milliseconds((missing + ticksPerMillisecond - 1) / ticksPerMillisecond)
    }

    /// A message begins.
    package mutating func take(at now: Timestamp) {
        let clock = now.milliseconds * ticksPerMillisecond
        paidUntil = min(max(paidUntil, clock), clock + depth - step) + step
    }

    /// There was none after all.
    package mutating func giveBack() { paidUntil -= step }
}
