// What is done about a refusal: the words of `Outbox/reply-rules.json`. An action never changes what is known of the message, except
// that `stop` keeps it queued (contract, section 4).

/// What becomes of a message that was not accepted, and of its provider.
package enum RefusalAction: String, Sendable, CaseIterable {
    /// The message waits for its schedule.
    case retry
    /// The same, but its first wait is the short one.
    case retrySoon = "retry-soon"
    /// The provider pauses; another of the route may be asked.
    case slow
    /// The message has failed.
    case fail
    /// The message has failed here; another provider of the route may be asked.
    case next
    /// The provider stops until a setting is corrected; its messages stay queued.
    case stop

    /// The actions that may follow a reply of this first digit (RFC 5321 section 4.2.1).
    static func possible(afterDigit digit: Int) -> Set<RefusalAction> {
        digit == 4 ? [.retry, .retrySoon, .slow] : [.fail, .next, .stop]
    }
}
