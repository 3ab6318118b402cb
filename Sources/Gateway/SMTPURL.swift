// A provider's URL: `smtp://host[:port]` (submission with STARTTLS, port 587) or `smtps://host[:port]` (TLS from the first byte,
// port 465; RFC 8314). No user, path or query may stand in it.

import Domain
import Foundation

struct SMTPURL {
    let host: String
    let port: Int
    let isImplicitTLS: Bool

    init(_ text: String) throws(ValueError) {
        guard let components = URLComponents(string: text), let host = components.encodedHost, !host.isEmpty,
            components.user == nil, components.password == nil,
            components.path.isEmpty || components.path == "/",
            components.query == nil, components.fragment == nil,
            let scheme = components.scheme, ["smtp", "smtps"].contains(scheme)
        else { throw ValueError("must be smtp://host:port or smtps://host:port") }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        isImplicitTLS = scheme == "smtps"
        port = components.port ?? (isImplicitTLS ? 465 : 587)
    }
}

/// Addresses that never leave this machine.
enum Loopback {
    static func isAddress(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
