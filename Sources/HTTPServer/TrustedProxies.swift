// Who sent a request, where proxies stand between. What a proxy says counts only when the connection is from one that is trusted, and of a
// chain only what trusted ones wrote: X-Forwarded-For is read from its right end, each proxy having added whom it heard. `Forwarded` (RFC 7239)
// is not read: a proxy that writes one of the two hands on a stranger's other one.

import Runtime

package struct TrustedProxies: Sendable, Equatable {
    private let networks: [IPNetwork]

    /// Nobody is trusted.
    package static let none = TrustedProxies([])

    package init(_ networks: [IPNetwork]) {
        self.networks = networks
    }

    /// The address that a request came from, as far as that is known: the peer's, unless a trusted proxy says another.
    func client(_ head: HTTPRequestHead) -> IPAddress? {
        guard var client = IPAddress(head.remoteAddress) else { return nil }
        let hops = head.headers.filter { $0.isNamed("X-Forwarded-For") }
            .flatMap { $0.value.split(separator: ",", omittingEmptySubsequences: false) }
        for hop in hops.reversed() {
            // What cannot be read was not written by a proxy that can be believed; the last one who could is who is known.
            guard trusts(client), let previous = IPAddress(hop.filter { $0 != " " && $0 != "\t" }) else {
                break
            }
            client = previous
        }
        return client
    }

    /// The id that a trusted proxy gave a request.
    func requestID(_ head: HTTPRequestHead) -> RequestID? {
        guard let peer = IPAddress(head.remoteAddress), trusts(peer) else { return nil }
        return head["X-Request-Id"].flatMap { RequestID(given: $0) }
    }

    private func trusts(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }
}
