// What becomes of a webhook's delivery after a try (Standard Webhooks 1.0.0): status, count and clock in; the next step out. Pure. Only 2xx is
// arrived; 410 says that nobody will ever be there again; everything else is tried again by the specification's schedule, and a
// receiver that asks for time with 429 or 503 gets it.

import Domain

package enum WebhookSettlement: Sendable, Equatable {
    case delivered
    /// Tried again then; `isAsked` when the receiver named the time, and the webhook's other deliveries wait for it, too.
    case retry(at: Timestamp, isAsked: Bool)
    case givenUp
    /// The receiver is gone for good.
    case gone

    /// Between one try and the next; the first try is at once, and nothing follows the last one.
    package static let gaps: [Duration] = [
        .seconds(5), .seconds(300), .seconds(1800), .seconds(7200), .seconds(18_000), .seconds(36_000),
        .seconds(36_000),
    ]
    /// A webhook that never succeeded for so long is disabled.
    package static let patience = Duration.seconds(5 * 86_400)
    /// No receiver puts off for longer.
    private static let longestWait = Duration.seconds(86_400)

    /// - Parameters:
    ///   - status: of the answer; nil when there was none.
    ///   - retryAfter: what the answer asks for.
    ///   - tries: made so far, this one included.
    ///   - random: uniform in 0..<1; 0.5 gives the gap itself. Deliveries that failed together do not come back together.
    package static func decide(
        status: Int?, retryAfter: Duration?, tries: Int, now: Timestamp, random: Double
    ) -> WebhookSettlement {
        switch status {
        case .some(200...299): return .delivered
        case 410: return .gone
        default: break
        }
        guard tries <= gaps.count else { return .givenUp }
        let gap = Duration.milliseconds(
            Int64(Double(gaps[max(tries, 1) - 1].milliseconds) * (0.9 + 0.2 * random)))
        guard let asked = retryAfter, status == 429 || status == 503 else {
            return .retry(at: now + gap, isAsked: false)
        }
        return .retry(at: now + max(gap, min(asked, longestWait)), isAsked: true)
    }
}
