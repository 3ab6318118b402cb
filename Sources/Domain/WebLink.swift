// A link that may stand in a customer's message: absolute https with a host and nothing that could leave an attribute or a
// CSS url(). Plain http is taken for loopback only, so that a demonstration works without certificates.

import Foundation

package struct WebLink: Sendable, Hashable, CustomStringConvertible {
    package let text: String
    package let host: String
    /// Scheme, host and port, as a content security policy names a source.
    package let origin: String

    package init(_ text: String) throws(ValueError) {
        let refused = Set("\"'<>\\^`{|}() \t\r\n".utf8)
        guard text.utf8.count <= 2000,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !refused.contains($0) }),
            let components = URLComponents(string: text), let host = components.encodedHost?.lowercased(),
            !host.isEmpty, components.user == nil, components.password == nil
        else {
            throw ValueError(
                "must be an absolute https link of at most 2000 ASCII characters, specials escaped")
        }
        let isLoopback = host == "127.0.0.1" || host == "localhost" || host == "[::1]"
        guard isLoopback || (try? HostName(host)) != nil else {
            throw ValueError("must be a link to a host with a name, such as media.example.lu")
        }
        guard let scheme = components.scheme, scheme == "https" || (scheme == "http" && isLoopback) else {
            throw ValueError("must be an https link")
        }
        self.text = text
        self.host = host
        origin = "\(scheme)://\(host)" + (components.port.map { ":\($0)" } ?? "")
    }

    package var description: String { text }
}
