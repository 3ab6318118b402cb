// An amount as the caller wrote it, and its display in a language. It is never calculated with: the quote's total is the
// caller's. Formatting is Foundation's (CLDR), with exactly the digits that the caller gave.

import Foundation

package struct MoneyAmount: Sendable, Hashable {
    /// `189.90`: up to 12 digits, a point, up to 4 decimals, perhaps a minus.
    package let text: String
    private let value: Decimal
    private let fractionDigits: Int

    package init(_ text: String) throws(ValueError) {
        let unsigned = text.hasPrefix("-") ? text.dropFirst() : Substring(text)
        let parts = unsigned.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let areDigits = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard areDigits, parts[0].count <= 12, parts.count == 1 || parts[1].count <= 4,
            let value = Decimal(string: text, locale: Locale(identifier: "en_US_POSIX"))
        else { throw ValueError("must be an amount as a string with a decimal point, such as \"189.90\"") }
        self.text = text
        self.value = value
        fractionDigits = parts.count == 2 ? parts[1].count : 0
    }

    /// The amount as a reader of `locale` writes it: `189,90 €` in French, `€189.90` in English.
    package func formatted(currency: CurrencyCode, locale: LocaleTag) -> String {
        value.formatted(
            .currency(code: currency.code).locale(Locale(identifier: locale.text))
                .precision(.fractionLength(fractionDigits)))
    }
}

/// Three capital letters of ISO 4217.
package struct CurrencyCode: Sendable, Hashable {
    package let code: String

    package init(_ text: String) throws(ValueError) {
        guard text.utf8.count == 3, text.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw ValueError("must be a currency of ISO 4217, such as EUR")
        }
        code = text
    }
}
