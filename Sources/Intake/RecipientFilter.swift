// `recipients.allow`: a staging copy writes to nobody else. A pattern is an address, `*@` and a domain, or a phone number; without
// patterns everybody is allowed.

import Domain

package struct RecipientFilter: Sendable {
    private let addresses: Set<String>
    private let domains: Set<String>
    private let numbers: Set<String>
    private let allowsAll: Bool

    /// No filter.
    package static let all = RecipientFilter()

    private init() {
        addresses = []
        domains = []
        numbers = []
        allowsAll = true
    }

    package init(allowing patterns: [String]) throws(ValueError) {
        var addresses: Set<String> = []
        var domains: Set<String> = []
        var numbers: Set<String> = []
        for pattern in patterns {
            if pattern.hasPrefix("+") {
                numbers.insert(try PhoneNumber(pattern).e164)
            } else if pattern.hasPrefix("*@") {
                domains.insert(try HostName(String(pattern.dropFirst(2))).name)
            } else {
                addresses.insert(try EmailAddress(pattern).canonical)
            }
        }
        self.addresses = addresses
        self.domains = domains
        self.numbers = numbers
        allowsAll = false
    }

    package func allows(_ address: EmailAddress) -> Bool {
        allowsAll || addresses.contains(address.canonical) || domains.contains(address.domain)
    }

    package func allows(_ number: PhoneNumber) -> Bool { allowsAll || numbers.contains(number.e164) }

    /// The same for a stored envelope address or number.
    package func allows(envelope address: String) -> Bool {
        if allowsAll || numbers.contains(address) { return true }
        guard let address = try? EmailAddress(address) else { return false }
        return allows(address)
    }
}
