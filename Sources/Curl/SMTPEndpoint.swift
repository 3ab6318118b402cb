// Where and how to speak SMTP: everything that makes two connections interchangeable. It is checked when it
// is made, because parts of it become a URL and a command line; a wrong one throws and names the setting.

/// A provider's SMTP server and the terms of speaking to it.
package struct SMTPEndpoint: Sendable, Equatable {
    /// How the connection is protected.
    package enum Encryption: Sendable, Equatable {
        /// TLS from the first byte, port 465 (RFC 8314).
        case implicit
        /// STARTTLS, required: no byte of a message or a password without it.
        case startTLS
        /// Clear text; for loopback, or where the provider's settings allow it.
        case off
    }

    /// The relay's name or address, as configured.
    package let host: String
    let port: Int
    package let encryption: Encryption
    let helo: String
    let credentials: SMTPCredentials?
    let caFile: String?
    let timeouts: SMTPTimeouts
    let messagesPerConnection: Int
    let connectionLifetime: Duration

    /// Makes an endpoint.
    /// - Parameters:
    ///   - host: A DNS name, an IPv4 address or an IPv6 address without brackets.
    ///   - port: 1–65535.
    ///   - helo: The name for EHLO: a domain name or an address literal (RFC 5321 section 4.1.1.1).
    ///   - caFile: A PEM file of certificate authorities that replaces the system's; nil for the system's.
    ///   - messagesPerConnection: At least 1; then the connection is ended with QUIT.
    ///   - connectionLifetime: How old a connection may be when another message starts on it.
    /// - Throws: ``SMTPEndpointError``, naming the setting.
    package init(
        host: String, port: Int, encryption: Encryption, helo: String, credentials: SMTPCredentials? = nil,
        caFile: String? = nil, timeouts: SMTPTimeouts = SMTPTimeouts(), messagesPerConnection: Int = 100,
        connectionLifetime: Duration = .seconds(60)
    ) throws(SMTPEndpointError) {
        guard Self.isHost(host) else { throw .host }
        guard (1...65_535).contains(port) else { throw .port }
        guard Self.isHelo(helo) else { throw .helo }
        if let credentials {
            guard !credentials.username.isEmpty, !credentials.username.utf8.contains(0),
                !credentials.password.isEmpty, !credentials.password.utf8.contains(0)
            else { throw .credentials }
        }
        if let caFile {
            guard !caFile.isEmpty, !caFile.utf8.contains(0) else { throw .caFile }
        }
        self.host = host
        self.port = port
        self.encryption = encryption
        self.helo = helo
        self.credentials = credentials
        self.caFile = caFile
        self.timeouts = timeouts
        self.messagesPerConnection = max(1, messagesPerConnection)
        self.connectionLifetime = connectionLifetime
    }

    /// The URL for libcurl, which takes the name for EHLO from the path; without one it would tell the
    /// machine's own host name.
    var url: String {
        let scheme = encryption == .implicit ? "smtps" : "smtp"
        let authority = host.contains(":") ? "[\(host)]" : host
        let path = helo.replacing("[", with: "%5B").replacing("]", with: "%5D").replacing(":", with: "%3A")
        return "\(scheme)://\(authority):\(port)/\(path)"
    }

    private static func isHost(_ host: String) -> Bool {
        guard (1...255).contains(host.utf8.count) else { return false }
        if host.contains(":") { return host.utf8.allSatisfy { isHexDigit($0) || $0 == 58 || $0 == 46 } }
        return host.utf8.allSatisfy(isNameByte)
    }

    private static func isHelo(_ helo: String) -> Bool {
        guard (1...255).contains(helo.utf8.count) else { return false }
        guard helo.hasPrefix("["), helo.hasSuffix("]") else { return helo.utf8.allSatisfy(isNameByte) }
        let literal = helo.dropFirst().dropLast()
        return !literal.isEmpty && literal.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: ":") }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        Unicode.Scalar(byte).properties.isASCIIHexDigit
    }
}
