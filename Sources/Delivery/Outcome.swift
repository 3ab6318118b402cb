// The four ways an attempt can end, as the contract names them (section 1).
// `unknown` is a first-class outcome: the message was handed over entirely, and the answer was lost or
// does not tell (RFC 1047). Only what is known *not* accepted may go to another provider.

/// What one attempt to hand a message to one provider came to.
package enum Outcome: String, Codable, Sendable, CaseIterable {
    /// The provider took responsibility for the message.
    case accepted
    /// Known not accepted; it may be tried again.
    case deferred
    /// Known not accepted, and the provider will not take it.
    case rejected
    /// Handed over entirely, and nobody knows: it may have been sent.
    case unknown
}
