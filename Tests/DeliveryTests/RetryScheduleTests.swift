// When a deferred message is tried again: the gaps of the contract's example, ±20 %, never beyond the
// lifetime.

import Delivery
import Domain
import Support
import Testing

@Suite("When a deferred message is tried again")
struct RetryScheduleTests {
    static let accepted = Timestamp(milliseconds: 1_795_420_800_000)
    static let end = accepted + RetrySchedule.email.lifetime

    @Test(
        "after 30m, 1h, 2h, then 3h for ever; 5m whenever an attempt never reached the provider",
        arguments: [
            (1, false, 1800), (2, false, 3600), (3, false, 7200), (4, false, 10_800), (5, false, 10_800),
            (30, false, 10_800), (1, true, 300), (2, true, 300), (3, true, 300), (4, true, 300),
            (30, true, 300),
        ] as [(Int, Bool, Int64)])
    func gaps(attempts: Int, isSoon: Bool, seconds: Int64) {
        let next = RetrySchedule.email.nextAttempt(
            after: attempts, isSoon: isSoon, expiresAt: Self.end, now: Self.accepted,
            random: 0.5)
        #expect(next - Self.accepted == .seconds(seconds))
    }

    @Test(
        "with a jitter from -20 % to +20 %",
        arguments: [(0, 1440), (0.25, 1620), (0.5, 1800), (0.75, 1980), (1, 2160)] as [(Double, Int64)])
    func jitter(random: Double, seconds: Int64) {
        let next = RetrySchedule.email.nextAttempt(
            after: 1, isSoon: false, expiresAt: Self.end, now: Self.accepted, random: random)
        // A binary fraction may lose its last millisecond.
        #expect(abs((next - Self.accepted).milliseconds - seconds * 1000) <= 1)
    }

    @Test("at the latest at the end of the lifetime, where the message expires")
    func lifetime() {
        let schedule = RetrySchedule.email
        let end = Self.end
        #expect(end - Self.accepted == .seconds(4 * 86_400))
        for (secondsLeft, expected) in [
            (20_000, nil), (10_801, nil), (10_800, end), (60, end), (0, end), (-60, end),
        ] as [(Int, Timestamp?)] {
            let now = end + .seconds(-secondsLeft)
            let next = schedule.nextAttempt(
                after: 9, isSoon: false, expiresAt: end, now: now, random: 0.5)
            #expect(next == expected ?? now + .seconds(10_800), "\(secondsLeft) s left")
        }
    }

    @Test("within these bounds, whatever the schedule, the clock and the random number are")
    func bounds() {
        var random = SeededGenerator(state: 23)
        var capped = 0
        for _ in 0..<5000 {
            let gaps = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                Duration.milliseconds(Int.random(in: 0...20_000_000, using: &random))
            }
            let schedule = RetrySchedule(
                gaps: gaps, firstConnectRetry: .milliseconds(Int.random(in: 0...1_000_000, using: &random)),
                lifetime: .milliseconds(Int.random(in: 0...400_000_000, using: &random)))
            let attempts = Int.random(in: 1...8, using: &random)
            let isSoon = Bool.random(using: &random)
            let now = Self.accepted + .milliseconds(Int.random(in: 0...400_000_000, using: &random))
            let end = Self.accepted + schedule.lifetime
            let next = schedule.nextAttempt(
                after: attempts, isSoon: isSoon, expiresAt: end, now: now,
                random: Double.random(in: 0..<1, using: &random))
            let gap =
                isSoon
                ? schedule.firstConnectRetry : gaps[attempts <= gaps.count ? attempts - 1 : gaps.count - 1]
            #expect(next <= end)
            if next == end {
                capped += 1
                #expect((end - now).milliseconds <= gap.milliseconds * 12 / 10)
            } else {
                #expect((next - now).milliseconds >= gap.milliseconds * 8 / 10 - 1)
                #expect((next - now).milliseconds <= gap.milliseconds * 12 / 10)
            }
        }
        #expect((500...4500).contains(capped))
    }

    @Test("later for a larger random number")
    func spread() {
        let moments = stride(from: 0, to: 1, by: 0.05).map {
            RetrySchedule.email.nextAttempt(
                after: 2, isSoon: false, expiresAt: Self.end, now: Self.accepted, random: $0)
        }
        #expect(moments == moments.sorted())
        #expect(Set(moments).count == moments.count)
    }
}
