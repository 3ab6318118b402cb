// How fast a provider is sent to: what is written is what is kept, on a clock of the test's own, to the message.

import Delivery
import Domain
import Support
import Testing

@Suite("A provider's rate")
struct TokenBucketTests {
    private static let start = Timestamp(milliseconds: 1_795_420_800_000)

    @Test(
        "what an operator writes",
        arguments: [
            ("30/s", 30, Duration.seconds(1)), ("600/min", 600, .seconds(60)),
            ("5000/h", 5000, .seconds(3600)),
            ("1/h", 1, .seconds(3600)), ("1000000/s", 1_000_000, .seconds(1)),
        ])
    func written(text: String, count: Int, period: Duration) throws {
        let rate = try SendRate(configured: text)
        #expect(rate.count == count && rate.period == period && "\(rate)" == text)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "30", "/s", "30/", "30/d", "30/sec", "0/s", "-1/s", "+1/s", "1.5/s", " 30/s", "30 /s",
            "30/s/s",
            "1000001/s", "99999999999999999999/s", "٣/s",
        ])
    func refused(text: String) {
        #expect(throws: ValueError.self) { try SendRate(configured: text) }
    }

    /// Moments at which somebody who is always ready may send, from `start` until the end of `span`.
    private func moments(_ rate: String, for span: Duration, tick: Duration = .zero) throws -> [Timestamp] {
        var bucket = TokenBucket(try SendRate(configured: rate))
        var now = Self.start
        var moments: [Timestamp] = []
        while now < Self.start + span {
            let next = bucket.nextMoment(at: now)
            if next <= now {
                bucket.take(at: now)
                moments.append(now)
            } else {
                now = max(next, now + tick)
            }
        }
        return moments
    }

    @Test(
        "in any period begin the rate and one burst at most, and the rate is reached",
        arguments: [
            ("30/s", 3), ("1/s", 1), ("7/s", 1), ("999/s", 99), ("2500/s", 250), ("600/min", 1), ("7/min", 1),
            ("5000/h", 1),
        ])
    func kept(rate: String, burst: Int) throws {
        let parsed = try SendRate(configured: rate)
        let moments = try moments(rate, for: parsed.period * 5)
        #expect(moments.count >= parsed.count * 5 && moments.count < parsed.count * 5 + burst)
        // Every window that begins with a message.
        var end = 0
        for (index, moment) in moments.enumerated() {
            while end < moments.count, moments[end] < moment + parsed.period { end += 1 }
            #expect(end - index <= parsed.count + burst - 1, "\(rate) from message \(index)")
        }
        #expect(moments.prefix { $0 == Self.start }.count == burst)
    }

    @Test("a clock that ticks coarsely costs no message while a burst covers its tick")
    func coarse() throws {
        #expect(try moments("100/s", for: .seconds(60), tick: .milliseconds(40)).count >= 6000)
    }

    @Test("a rest saves up one burst and no more")
    func rest() throws {
        var bucket = TokenBucket(try SendRate(configured: "50/s"))
        for _ in 1...5 { bucket.take(at: Self.start) }
        #expect(bucket.nextMoment(at: Self.start) == Self.start + .milliseconds(20))
        let later = Self.start + .seconds(3600)
        for number in 1...5 {
            #expect(bucket.nextMoment(at: later) == later, "\(number)")
            bucket.take(at: later)
        }
        #expect(bucket.nextMoment(at: later) == later + .milliseconds(20))
        bucket.giveBack()
        #expect(bucket.nextMoment(at: later) == later)
    }

    @Test("a clock set back by a day costs one gap, not a day")
    func setBack() throws {
        var bucket = TokenBucket(try SendRate(configured: "600/min"))
        bucket.take(at: Self.start)
        let yesterday = Self.start + .seconds(-86_400)
        #expect(bucket.nextMoment(at: yesterday) == yesterday + .milliseconds(100))
        let next = yesterday + .milliseconds(100)
        bucket.take(at: next)
        #expect(bucket.nextMoment(at: next) == next + .milliseconds(100))
    }
}
