// `recipients.allow`: a staging copy writes to nobody else. A pattern is an address, or `*@` and a domain; without patterns
// everybody is allowed.

import Domain

package struct RecipientFilter: Sendable {
    private let addresses: Set<String>
    private let domains: Set<String>
    private let allowsAll: Bool

    /// No filter.
    package static let all = RecipientFilter()

    private init() {
        addresses = []
        domains = []
        allowsAll = true
    }

    package init(allowing patterns: [String]) throws(ValueError) {
        var addresses: Set<String> = []
        var domains: Set<String> = []
        for pattern in patterns {
            if pattern.hasPrefix("*@") {
                domains.insert(try HostName(String(pattern.dropFirst(2))).name)
            } else {
                addresses.insert(try EmailAddress(pattern).canonical)
            }
        }
        self.addresses = addresses
        self.domains = domains
        allowsAll = false
    }

    package func allows(_ address: EmailAddress) -> Bool {
        allowsAll || addresses.contains(address.canonical) || domains.contains(address.domain)
    }

    /// The same for a stored envelope address.
    package func allows(envelope address: String) -> Bool {
        if allowsAll { return true }
        guard let address = try? EmailAddress(address) else { return false }
        return allows(address)
    }
}
