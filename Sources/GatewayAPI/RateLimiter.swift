// How many requests a key, or a visitor's address, may make: evenly, with a burst after a rest (GCRA, ITU-T I.371), counted in memory. Of keys
// only valid ones are counted; addresses are many, and when there are too many, all are counted anew. The fields are those of
// draft-ietf-httpapi-ratelimit-headers. A clock that is set back costs at most the burst.

import Domain
import HTTPServer
import OutboxStore
import Runtime

/// What a key may ask.
package struct RateLimit: Sendable, Equatable {
    /// 1 to 1 000 000.
    package let requestsPerSecond: Int
    /// Requests at once after a rest, 1 to 1 000 000.
    package let burst: Int

    package init(requestsPerSecond: Int, burst: Int) {
        self.requestsPerSecond = requestsPerSecond
        self.burst = burst
    }

    /// Far above what a dealership's system asks; it ends a loop that has run wild.
    package static let standard = RateLimit(requestsPerSecond: 10_000, burst: 20_000)

    /// Of the public pages for one address: many people may be behind it, and nobody reads ten pages a second.
    package static let standardPagesPerSecond = 10
    /// Seconds of the rate that a visitor may use at once, because scanners open all links of many mails.
    private static let pageBurstSeconds = 10

    /// What one visitor may open of the public pages.
    init(pagesPerSecond: Int) {
        self.init(requestsPerSecond: pagesPerSecond, burst: pagesPerSecond * Self.pageBurstSeconds)
    }
}

final class RateLimiter<Subject: Hashable & Sendable>: Sendable {
    /// Subjects counted at a time.
    private static var capacity: Int { 20_000 }

    /// What a request is told.
    struct Allowance {
        let fields: [HTTPField]
        /// Whole seconds until a request fits again; nil where this one does.
        let retryAfterSeconds: Int?
    }

    /// A request in the unit of the count: in one millisecond `requestsPerSecond` of them pass.
    private static var request: Int64 { 1000 }

    private let perMillisecond: Int64
    private let depth: Int64
    private let policy: HTTPField
    private let clock: WallClock
    /// The moment until which a subject's requests so far use its rate up.
    private let paidUntil = Lock<[Subject: Int64]>([:])

    init(_ limit: RateLimit, clock: WallClock) {
        perMillisecond = Int64(limit.requestsPerSecond)
        depth = Int64(limit.burst) * Self.request
        self.clock = clock
        let window = (limit.burst + limit.requestsPerSecond - 1) / limit.requestsPerSecond
        policy = HTTPField(name: "RateLimit-Policy", value: "\"default\";q=\(limit.burst);w=\(window)")
    }

    /// Counts a request.
    func take(_ subject: Subject) -> Allowance {
        let now = clock.now().milliseconds * perMillisecond
        let (used, fits) = paidUntil.withLock { paidUntil in
            if paidUntil.count >= Self.capacity, paidUntil[subject] == nil { paidUntil = [:] }
            let used = max(min(paidUntil[subject] ?? now, now + depth), now) - now
            let fits = used + Self.request <= depth
            paidUntil[subject] = now + used + (fits ? Self.request : 0)
            return (fits ? used + Self.request : used, fits)
        }
        let seconds = fits ? self.seconds(used) : max(1, self.seconds(used + Self.request - depth))
        let remaining = fits ? (depth - used) / Self.request : 0
        let state = HTTPField(name: "RateLimit", value: "\"default\";r=\(remaining);t=\(seconds)")
        return Allowance(fields: [policy, state], retryAfterSeconds: fits ? nil : seconds)
    }

    /// How long this much takes to pass, rounded up.
    private func seconds(_ amount: Int64) -> Int {
        Int((amount + 1000 * perMillisecond - 1) / (1000 * perMillisecond))
    }
}
