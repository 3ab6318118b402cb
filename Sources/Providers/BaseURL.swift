// Where a provider's API is: scheme, host and perhaps a path, as `relais.json` says. Split once, because signatures are made over the parts; whether
// `http:` is allowed is the configuration's to say.

import Domain
import Foundation

struct BaseURL: Sendable {
    /// `https://host` or `https://host:port`, in lower case.
    let origin: String
    /// As the `Host` field has it: without the scheme's own port.
    let authority: String
    /// Without a slash at its end.
    let path: String

    init(_ text: String) throws(ValueError) {
        let reason = ValueError(
            "must be https://host, perhaps with a port and a path, and nothing else; specials escaped")
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let components = URLComponents(string: text), let scheme = components.scheme?.lowercased(),
            ["https", "http"].contains(scheme), let host = components.encodedHost?.lowercased(),
            !host.isEmpty,
            components.user == nil, components.password == nil, components.query == nil,
            components.fragment == nil
        else { throw reason }
        let path = components.percentEncodedPath
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !segments.contains("."), !segments.contains(".."), !path.contains("//") else { throw reason }
        let port = components.port.flatMap { $0 == (scheme == "https" ? 443 : 80) ? nil : ":\($0)" }
        authority = host + (port ?? "")
        origin = "\(scheme)://\(authority)"
        self.path = path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}
