/// The tenant's id: 1 to 64 of a–z, 0–9 and hyphens, starting with a letter or digit.
package struct DealershipID: Codable, Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) throws(ValueError) {
        guard Slug.isValid(text) else { throw Slug.error }
        self.text = text
    }

    package var description: String { text }
}

/// The spelling that ids, purposes and names of kinds share: they stand in paths, URLs and configuration keys.
package enum Slug {
    package static let error = ValueError(
        "must be 1 to 64 of a-z, 0-9 and -, starting with a letter or digit")

    package static func isValid(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && !text.hasPrefix("-")
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
}
