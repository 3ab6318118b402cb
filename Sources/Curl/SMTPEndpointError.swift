// Which setting of an SMTP endpoint cannot be used, and what it has to look like.

/// A setting that does not describe an SMTP endpoint.
package enum SMTPEndpointError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The server's name or address.
    case host
    /// The port.
    case port
    /// The name for EHLO.
    case helo
    /// User name or password.
    case credentials
    /// The file of certificate authorities.
    case caFile

    /// What is wrong and what to do; without the value, which may be a secret.
    package var description: String {
        switch self {
        case .host: "The host is neither a DNS name nor an IP address; write it without scheme and brackets."
        case .port: "The port is outside 1–65535."
        case .helo: "The helo name is neither a domain name nor an address literal such as [192.0.2.1]."
        case .credentials: "User name and password must both be there and hold no NUL."
        case .caFile: "The path of the CA file is empty or holds a NUL."
        }
    }
}
