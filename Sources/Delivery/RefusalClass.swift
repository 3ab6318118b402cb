// What a refusal is about: the words of `Outbox/reply-rules.json`, of the log and of the operator's README. Only
// `recipient` says anything about the person's address, and `objected` about the person's will; the others are about us, the
// provider or the moment.

/// What an attempt that was not accepted failed on. The raw values are stable: operators filter their logs by them.
package enum RefusalClass: String, Sendable, CaseIterable {
    /// The address does not exist.
    case recipient
    /// The mailbox is full or disabled.
    case mailbox
    /// The person told the provider to stop: a block of the channel, to be recorded as one.
    case objected
    /// Size, form or spam.
    case content
    /// Reputation, block lists, missing authentication of the sender's domain.
    case policy
    /// This sender's address is not allowed; other senders' are.
    case sender
    /// Credentials, certificate, TLS, relaying: a setting is wrong.
    case configuration
    /// Too much at once, for the relay or the account.
    case throttle
    /// First contact is put off on purpose (RFC 6647).
    case greylisting
    /// It passes by itself.
    case temporary
    /// A command was not understood.
    case protocolError = "protocol"
    /// A refusal without a known reason.
    case refused
    /// The way to the provider: no connection, no answer, a refusal before MAIL.
    case connection
    /// This side took it back: the gate said no, or the gateway is stopping.
    case withheld
}
