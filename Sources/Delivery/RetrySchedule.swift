// When a deferred message is tried again (RFC 5321, section 4.5.4.1; standards A1.12). Pure: clock and randomness are handed
// in. By default the gaps are 30m, 1h, 2h and then 3h for ever, each ±20 %, until four days after acceptance; an attempt
// that never reached the provider's mail transaction is charged to the provider, and the gap is 5m. Never two attempts of one message at once.

import Domain

package struct RetrySchedule: Sendable, Hashable {
    package var gaps: [Duration]
    package var firstConnectRetry: Duration
    package var lifetime: Duration

    package init(gaps: [Duration], firstConnectRetry: Duration, lifetime: Duration) {
        precondition(!gaps.isEmpty, "a schedule needs a gap")
        self.gaps = gaps
        self.firstConnectRetry = firstConnectRetry
        self.lifetime = lifetime
    }

    package static let email = RetrySchedule(
        gaps: [.seconds(1800), .seconds(3600), .seconds(7200), .seconds(10_800)],
        firstConnectRetry: .seconds(300),
        lifetime: .seconds(4 * 86_400))

    /// An SMS is read at once or not at all: it is tried sooner, and given up within a day.
    package static let sms = RetrySchedule(
        gaps: [.seconds(60), .seconds(300), .seconds(900), .seconds(3600)], firstConnectRetry: .seconds(60),
        lifetime: .seconds(86_400))

    /// The moment of the next attempt, at most `expiresAt`, where the message expires.
    ///
    /// - Parameters:
    ///   - attempts: attempts made so far, at least 1.
    ///   - isSoon: after the short wait: the provider never took up this message (connect, TLS, AUTH), or greylists.
    ///   - random: uniform in 0..<1; 0.5 gives the gap itself.
    package func nextAttempt(
        after attempts: Int, isSoon: Bool, expiresAt: Timestamp, now: Timestamp, random: Double
    ) -> Timestamp {
        let gap =
            isSoon ? firstConnectRetry : gaps[min(max(attempts, 1), gaps.count) - 1]
        let jittered = Double(gap.milliseconds) * (0.8 + 0.4 * random)
        return min(now + .milliseconds(Int64(jittered)), expiresAt)
    }
}
