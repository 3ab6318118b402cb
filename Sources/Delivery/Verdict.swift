// What a hand-over means for the message and for the provider: the value that decides the next state.

/// The judgement on one attempt.
package struct Verdict: Sendable, Equatable {
    /// What the attempt came to.
    package let outcome: Outcome
    /// A short stable code: the enhanced status ("5.1.1"), else the reply's code ("250"), else the raw value
    /// of a ``HandoverFault`` ("timeout"); "no-reply" if there is none of them.
    package let status: String
    /// The basic code of the reply that decided, if one did; 421 asks to slow the whole lane (RFC 5321 3.8).
    package let replyCode: Int?
    /// Charged to the provider, not to the message: it uses up none of the message's own tries.
    package let isProviderFault: Bool
    /// Somebody has to change a setting: stop the provider and keep the message queued.
    package let isConfiguration: Bool

    /// A judgement; the two charges are off unless said.
    package init(
        outcome: Outcome, status: String, replyCode: Int? = nil, isProviderFault: Bool = false,
        isConfiguration: Bool = false
    ) {
        self.outcome = outcome
        self.status = status
        self.replyCode = replyCode
        self.isProviderFault = isProviderFault
        self.isConfiguration = isConfiguration
    }
}
