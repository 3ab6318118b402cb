// A language tag as contacts and dealerships carry it: `fr`, `fr-LU` (RFC 5646, language with optional region or script).
// It knows the order in which texts are looked for; a tag in another form is refused.

package struct LocaleTag: Codable, Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) throws(ValueError) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let language = parts.first, (2...3).contains(language.utf8.count), parts.count <= 3,
            language.utf8.allSatisfy({ (0x61...0x7A).contains($0) }),
            parts.dropFirst().allSatisfy({
                (2...8).contains($0.utf8.count) && $0.utf8.allSatisfy(Self.isAlphanumeric)
            })
        else { throw ValueError("must be a language tag such as fr or fr-LU") }
        self.text = text
    }

    package var description: String { text }

    /// The tag without its region: `fr-LU` is looked for as `fr-LU`, then as `fr`.
    package var language: LocaleTag { LocaleTag(unchecked: String(text.prefix { $0 != "-" })) }

    package static let english = LocaleTag(unchecked: "en")

    /// The order in which a text is looked for: contact's, its language, dealership's, its language, English.
    package static func chain(contact: LocaleTag?, dealership: LocaleTag) -> [LocaleTag] {
        var chain: [LocaleTag] = []
        for tag in [contact, contact?.language, dealership, dealership.language, english] {
            if let tag, !chain.contains(tag) { chain.append(tag) }
        }
        return chain
    }

    private init(unchecked text: String) {
        self.text = text
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
    }
}
