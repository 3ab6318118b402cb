// What stands for an address, a phone number or a customer number in views, filters, ledger and URLs: a keyed hash
// (HMAC-SHA-256 under the home's reference key, cut to 128 bits). Without the key it cannot be guessed back from a list of
// addresses; with it, it is personal data all the same (EDPB 02/2025) and is treated as such.

package struct ContactReference: Codable, Sendable, Hashable, CustomStringConvertible {
    package static let byteCount = 16
    package let bytes: [UInt8]

    /// Takes sixteen bytes; nil if the count is another.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Reads `ct_` and 32 hexadecimal digits.
    package init(_ text: String) throws(ValueError) {
        guard text.hasPrefix("ct_"), let bytes = Hexadecimal.bytes(of: text.dropFirst(3)),
            let reference = ContactReference(bytes: bytes)
        else { throw ValueError("must be ct_ and 32 hexadecimal digits") }
        self = reference
    }

    package var description: String { "ct_" + Hexadecimal.text(of: bytes) }
}

/// What a reference was made of; part of what is hashed, so that a number is never taken for an address.
package enum ContactIdentity: Sendable, Hashable {
    case email(EmailAddress)
    case phone(PhoneNumber)
    case customer(CustomerNumber)

    /// The bytes under the hash, fixed for good: kind, zero, dealership, zero, canonical text.
    package func canonicalBytes(dealership: DealershipID) -> [UInt8] {
        let (kind, text) =
            switch self {
            case .email(let address): ("email", address.canonical)
            case .phone(let number): ("phone", number.e164)
            case .customer(let number): ("customer", number.text)
            }
        return Array(kind.utf8) + [0] + Array(dealership.text.utf8) + [0] + Array(text.utf8)
    }
}

/// The references that one message has: the address it goes to, the customer number, and its other address.
package struct ContactReferences: Codable, Sendable, Hashable {
    package let address: ContactReference
    package let customer: ContactReference?
    package let otherAddress: ContactReference?

    package init(
        address: ContactReference, customer: ContactReference? = nil, otherAddress: ContactReference? = nil
    ) {
        self.address = address
        self.customer = customer
        self.otherAddress = otherAddress
    }

    package var all: [ContactReference] { [address] + [customer, otherAddress].compactMap(\.self) }
}
