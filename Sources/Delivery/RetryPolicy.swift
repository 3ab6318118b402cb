// How a channel is tried again: the schedule of what was deferred, and how long after a doubt the one more try comes.

package struct RetryPolicy: Sendable, Hashable {
    package var schedule: RetrySchedule
    /// An `unknown` message gets one more try this long after, with the same bytes at the same provider; nil leaves it to a
    /// person at once. At least 30 minutes: by then most mailboxes show what arrived.
    package var unknownRetryDelay: Duration?

    package init(schedule: RetrySchedule, unknownRetryDelay: Duration?) {
        self.schedule = schedule
        self.unknownRetryDelay = unknownRetryDelay
    }

    package static let email = RetryPolicy(schedule: .email, unknownRetryDelay: .seconds(1800))
    /// Nobody can see on a phone that two messages are one: what may have been sent waits for a receipt or a person.
    package static let sms = RetryPolicy(schedule: .sms, unknownRetryDelay: nil)
}
