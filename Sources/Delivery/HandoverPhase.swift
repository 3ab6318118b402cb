// Where an SMTP transaction stood when it ended. The phase decides the outcome, not libcurl's result:
// result 56 with code 250 is a dropped connection whose 250 belongs to an earlier command.

/// The stage that a hand-over had reached, in the order of the protocol.
package enum HandoverPhase: Int, Sendable, CaseIterable, Comparable {
    /// Name resolution and TCP.
    case connect
    /// Greeting, EHLO, STARTTLS, the TLS handshake and AUTH.
    case hello
    /// MAIL FROM has been sent.
    case mail
    /// RCPT TO has been sent.
    case rcpt
    /// DATA has been sent; no byte of the content has left.
    case data
    /// Content is leaving; its last byte has not been given to the library.
    case body
    /// The library has been given the last byte: from here on the server may have the message.
    case ended

    package static func < (lhs: HandoverPhase, rhs: HandoverPhase) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}
