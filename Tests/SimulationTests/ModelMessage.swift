// A message as it must be: the model's own record of it, compared with the store's after every event.

import Consent
import Delivery
import Domain

struct ModelMessage {
    struct Attempt {
        /// None while it lasts.
        var outcome: Outcome?
        /// The process ended while it lasted.
        var isInterrupted = false
    }

    let id: MessageID
    let contact: String
    let purpose: ModelPurpose
    let timing: MessageTiming
    var state: MessageState
    /// When the next attempt is due: a range, because the retry's jitter is the product's to draw; none if none is planned.
    var due: ClosedRange<Timestamp>?
    var expiresAt: Timestamp
    /// An attempt may have arrived, and nobody has said otherwise.
    var isInDoubt = false
    /// Attempts that were charged to it since it was last given a new lifetime.
    var tries = 0
    var attempts: [Attempt] = []

    /// Whether it is suspected of ending the process that hands it over: it did so three times.
    var isPoison: Bool { attempts.count { $0.isInterrupted && $0.outcome == .unknown } >= 3 }

    /// Queues it, with a new lifetime, for the earliest moment that its caller allowed.
    mutating func renew(at now: Timestamp) {
        let start = max(now, timing.notBefore ?? now)
        queue(for: start...start)
        expiresAt = Self.end(of: timing, from: start)
        tries = 0
    }

    mutating func queue(for due: ClosedRange<Timestamp>) {
        state = .queued
        isInDoubt = false
        self.due = due
    }

    /// It may have arrived: the first time it gets one more try, half an hour later if it lives that long; then a person decides.
    mutating func doubt(retryAt retry: Timestamp?) {
        state = .unknown
        due = isInDoubt ? nil : retry.map { $0...$0 }
        isInDoubt = true
    }

    mutating func rest(in state: MessageState) {
        self.state = state
        due = nil
    }

    /// `deliverBy`, or four days after it may first leave.
    static func end(of timing: MessageTiming, from start: Timestamp) -> Timestamp {
        let end = start + .seconds(4 * 86_400)
        return timing.deliverBy.map { min($0, end) } ?? end
    }
}
