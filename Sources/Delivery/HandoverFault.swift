// Why a hand-over stopped when no reply of the server says so. The raw values are stable: they are
// stored as an attempt's `status`, and operators filter on them.

/// The cause of a failed hand-over, as far as this side of the wire can tell.
package enum HandoverFault: String, Sendable, CaseIterable {
    /// The provider's name did not resolve.
    case notResolved = "resolve"
    /// No TCP connection.
    case notConnected = "connect"
    /// The TLS handshake failed for a reason of protocol (version, cipher, plain text on a TLS port).
    case handshake = "tls"
    /// The server's certificate or the CA file is not good.
    case certificate
    /// TLS is required, and the server does not offer STARTTLS or refuses it.
    case startTLSMissing = "starttls"
    /// Credentials are configured, and the server does not offer the mechanism: nothing was sent.
    case authenticationNotOffered = "auth"
    /// The server refused the credentials.
    case loginRefused = "login"
    /// No answer, or no progress, in time.
    case timedOut = "timeout"
    /// The connection broke off without the reply that was due.
    case closed
    /// The server's answer does not belong to SMTP at this point.
    case protocolViolation = "protocol"
    /// A reply longer than the limit; reading it to the end was refused.
    case replyTooLong = "oversize"
    /// Our own side withdrew the message in the last instant, before its first byte.
    case withdrawn = "not-started"
    /// The gateway is stopping, and its grace was nearly over.
    case stopped
    /// The content may not be sent as it is: empty, a bare CR or LF, a NUL, an over-long line.
    case content
    /// An envelope address may not be given to the library.
    case address
    /// The capture folder cannot be written.
    case disk
    /// libcurl failed by itself: memory, an option that it does not know.
    case library
}
