// What becomes of a message after an attempt: verdict, count and clock in; next state out. Pure. It promises that nothing
// but a complete acceptance is `sent`, that what may have been sent is `unknown`, and that a fault of the provider's
// configuration never fails a message.

import Domain

package struct Settlement: Sendable, Hashable {
    package let state: MessageState
    /// Set when the state is `queued`, and for the one more try of `unknown`.
    package let nextAttemptAt: Timestamp?
    /// Why, as views show it: the verdict's status, or nil when there is nothing to explain.
    package let reasonCode: String?
    /// The place in the route that the next attempt is for; nil where the message stays with the provider of this one.
    package let routePosition: Int?

    package init(
        state: MessageState, nextAttemptAt: Timestamp? = nil, reasonCode: String? = nil,
        routePosition: Int? = nil
    ) {
        self.state = state
        self.nextAttemptAt = nextAttemptAt
        self.reasonCode = reasonCode
        self.routePosition = routePosition
    }

    /// Decides by the contract, section 4.
    ///
    /// - Parameters:
    ///   - attempts: attempts charged to the message, this one included.
    ///   - isInDoubt: an earlier attempt may have arrived; only an acceptance ends that.
    ///   - nextPosition: the place of the route's next provider that is not stopped; nil behind the last, from where the
    ///     route begins anew.
    ///   - providerCount: of the route.
    ///   - random: uniform in 0..<1.
    package static func decide(
        _ verdict: Verdict, attempts: Int, isInDoubt: Bool, expiresAt: Timestamp, now: Timestamp,
        policy: RetryPolicy, nextPosition: Int? = nil, providerCount: Int = 1, random: Double
    ) -> Settlement {
        switch verdict.outcome {
        case .accepted:
            return Settlement(state: .sent)
        case .unknown where !isInDoubt:
            let retry = policy.unknownRetryDelay.map { now + $0 }.flatMap { $0 < expiresAt ? $0 : nil }
            return Settlement(state: .unknown, nextAttemptAt: retry, reasonCode: verdict.status)
        case .unknown,
            _ where isInDoubt:
            return Settlement(state: .unknown, reasonCode: verdict.status)
        case .deferred where verdict.isWithheld:
            // Not accepted, and nobody's fault: the next claim asks the gate and says what became of it.
            return Settlement(state: .queued, nextAttemptAt: now, reasonCode: verdict.status)
        case _ where verdict.mayTryNextProvider && nextPosition != nil:
            return Settlement(
                state: .queued, nextAttemptAt: now, reasonCode: verdict.status, routePosition: nextPosition)
        case .deferred where verdict.isConfiguration, .rejected where verdict.isConfiguration:
            // The provider is stopped; the message waits for it and is due at once when it is back.
            return Settlement(
                state: .queued, nextAttemptAt: now, reasonCode: verdict.status, routePosition: 0)
        case .rejected where !verdict.mayTryNextProvider || attempts >= providerCount:
            return Settlement(state: .failed, reasonCode: verdict.status)
        case .deferred, .rejected:
            // A provider that does not want us is behind one that could not say: that one is asked, by the schedule.
            // A greylisting server takes the second try; whoever still refuses then is asked by the schedule.
            let isSoon = verdict.isProviderFault || verdict.action == .retrySoon && attempts <= 1
            let scheduled = policy.schedule.nextAttempt(
                after: attempts, isSoon: isSoon, expiresAt: expiresAt, now: now, random: random)
            let next = min(expiresAt, max(scheduled, now + (verdict.retryAfter ?? .zero)))
            return Settlement(
                state: .queued, nextAttemptAt: next, reasonCode: verdict.status,
                routePosition: verdict.mayTryNextProvider ? 0 : nil)
        }
    }
}
