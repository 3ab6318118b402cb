// What a hand-over means for the message and for the provider: the value that decides the next state.

/// The judgement on one attempt.
package struct Verdict: Sendable, Equatable {
    /// What the attempt came to.
    package let outcome: Outcome
    /// A short stable code: the enhanced status ("5.1.1"), else the reply's code ("250"), else the raw value
    /// of a ``HandoverFault`` ("timeout"); "no-reply" if there is none of them.
    package let status: String
    /// The basic code of the reply that decided, if one did.
    package let replyCode: Int?
    /// Charged to the provider, not to the message: it uses up none of the message's own tries.
    package let isProviderFault: Bool
    /// Somebody has to change a setting: stop the provider and keep the message queued.
    package let isConfiguration: Bool
    /// What it failed on; nil when it was accepted or nobody knows.
    package let refusal: RefusalClass?
    /// What the rules say to do; nil as above.
    package let action: RefusalAction?
    /// How long the provider asks to be left alone, when it says so (`Retry-After`).
    package let retryAfter: Duration?

    /// A judgement; the two charges are off unless said.
    package init(
        outcome: Outcome, status: String, replyCode: Int? = nil, isProviderFault: Bool = false,
        isConfiguration: Bool = false, refusal: RefusalClass? = nil, action: RefusalAction? = nil,
        retryAfter: Duration? = nil
    ) {
        self.outcome = outcome
        self.status = status
        self.replyCode = replyCode
        self.isProviderFault = isProviderFault
        self.isConfiguration = isConfiguration
        self.refusal = refusal
        self.action = action
        self.retryAfter = retryAfter
    }

    /// Known not accepted, and another provider may do better: this one cannot be reached, is too busy, is configured wrongly or
    /// does not want *us*. A refusal of the recipient or the content would be the same everywhere.
    package var mayTryNextProvider: Bool {
        switch outcome {
        case .deferred: isProviderFault || isConfiguration || action == .slow
        case .rejected: isConfiguration || action == .next
        case .accepted, .unknown: false
        }
    }

    /// This side took it back before it was fully sent: nobody is charged, and it is due again at once.
    package var isWithheld: Bool {
        outcome == .deferred
            && [HandoverFault.withdrawn.rawValue, HandoverFault.stopped.rawValue].contains(status)
    }

    /// The address itself is bad: the only refusal that may count against the recipient.
    package var isRecipientFault: Bool { outcome == .rejected && refusal == .recipient }

    /// The person told the provider to stop: the ledger gets a block of the channel.
    package var isObjection: Bool { outcome == .rejected && refusal == .objected }

    /// The provider asks for less: it pauses, whoever is charged.
    package var slowsProvider: Bool { outcome == .deferred && (isProviderFault || action == .slow) }
}
