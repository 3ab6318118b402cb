// Where somebody is, as ISO 3166-1 alpha-2; and the regions that a controller may keep its data in.

/// `LU`: two upper-case letters. Which pairs are countries is not judged.
package struct CountryCode: Codable, Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) throws(ValueError) {
        guard text.utf8.count == 2, text.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw ValueError("must be a country of ISO 3166, such as LU")
        }
        self.text = text
    }

    package var description: String { text }

    /// Whether the GDPR applies there by itself, so that data that go there are not transferred to a third country.
    package var isInEEA: Bool { Region.eea.contains(self) }
}

/// `EEA`, or one country.
package struct Region: Sendable, Hashable, CustomStringConvertible {
    package let description: String
    private let countries: Set<String>

    /// The 27 of the European Union, with Iceland, Liechtenstein and Norway (EEA Agreement; looked up 2026-11).
    package static let eea = Region(
        description: "EEA",
        countries: [
            "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
            "IT",
            "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
        ])

    package init(_ text: String) throws(ValueError) {
        if text == Self.eea.description {
            self = .eea
            return
        }
        guard let country = try? CountryCode(text) else {
            throw ValueError("must be EEA or a country of ISO 3166, such as CH")
        }
        self.init(description: text, countries: [country.text])
    }

    private init(description: String, countries: Set<String>) {
        self.description = description
        self.countries = countries
    }

    package func contains(_ country: CountryCode) -> Bool { countries.contains(country.text) }
}
