// A phone number as somebody wrote it, down to its digits. Letters, extensions and anything that is no separator are refused: dropping them
// would make another number.

import Domain

struct DialledNumber {
    /// Without `+` or `00`.
    let digits: String
    let hasPlus: Bool
    let isInternational: Bool
    /// Without a `(0)`, which is dialled inside the country only; nil when there is none.
    let digitsWithoutMarkedZero: String?

    private static let separators = Set<Unicode.Scalar>(" \t\u{A0}\u{202F}\u{2009}./()-‐‑‒–—−".unicodeScalars)

    init(_ text: String) throws(ValueError) {
        var compact = ""
        var marked = ""
        for scalar in text.unicodeScalars {
            if let digit = scalar.properties.numericType == .decimal ? scalar.properties.numericValue : nil {
                compact += String(Int(digit))
                marked += String(Int(digit))
            } else if scalar == "+" || scalar == "＋" {
                guard compact.isEmpty else { throw Self.error }
                compact = "+"
                marked += "+"
            } else if Self.separators.contains(scalar) {
                if scalar == "(" || scalar == ")" { marked.unicodeScalars.append(scalar) }
            } else if scalar.properties.generalCategory != .format {
                throw Self.error  // Marks of writing direction come with numbers out of address books.
            }
        }
        let prefix = ["+", "00"].first { compact.hasPrefix($0) }
        hasPlus = prefix == "+"
        isInternational = prefix != nil
        digits = String(compact.dropFirst(prefix?.count ?? 0))
        let parts = marked.split(separator: "(0)", maxSplits: 1, omittingEmptySubsequences: false)
        digitsWithoutMarkedZero =
            parts.count == 2 && isInternational
            ? String(parts.joined().filter { $0.isNumber }.dropFirst(prefix == "00" ? 2 : 0)) : nil
        guard (2...17).contains(digits.utf8.count) else { throw Self.error }
    }

    private static let error = ValueError(
        "must be a phone number of digits, such as +352 621 123 456, without letters or an extension")
}
