// Amounts are shown with the caller's digits, in the reader's notation, and never through a binary fraction.

import Domain
import Support
import Testing

@Suite("Amounts of money")
struct MoneyAmountTests {
    /// French groups with U+202F, and sets the sign of the currency behind U+00A0; German does the latter
    /// too.
    @Test(
        "are written as the reader writes them",
        arguments: [
            ("189.90", "EUR", "fr", "189,90\u{A0}€"), ("189.90", "EUR", "de", "189,90\u{A0}€"),
            ("189.90", "EUR", "en", "€189.90"),
            ("1234567.89", "EUR", "fr", "1\u{202F}234\u{202F}567,89\u{A0}€"),
            ("1234567.89", "EUR", "de", "1.234.567,89\u{A0}€"), ("1234567.89", "EUR", "en", "€1,234,567.89"),
            ("1234567.89", "EUR", "de-LU", "1.234.567,89\u{A0}€"), ("-5.00", "EUR", "fr", "-5,00\u{A0}€"),
            ("-5.00", "EUR", "en", "-€5.00"), ("12.50", "CHF", "de", "12,50\u{A0}CHF"),
            ("7", "GBP", "en", "£7"),
        ])
    func notation(text: String, currency: String, locale: String, expected: String) throws {
        let shown = try MoneyAmount(text).formatted(
            currency: try CurrencyCode(currency), locale: try LocaleTag(locale))
        #expect(shown == expected)
    }

    @Test(
        "keep exactly the digits that were given",
        arguments: [
            "0", "0.1", "0.10", "0.1000", "0.0001", "5", "5.0", "222.18", "999999999999.9999", "0.3", "1.005",
            "123456789012.3", "4.35", "1.1", "2.675", "8.165",
        ])
    func digits(text: String) throws {
        let shown = try MoneyAmount(text).formatted(currency: try CurrencyCode("EUR"), locale: .english)
        #expect(shown.filter { $0 != "," } == "€" + text)
    }

    @Test("keep the digits of random amounts")
    func randomDigits() throws {
        var random = SeededGenerator(state: 11)
        let euro = try CurrencyCode("EUR")
        for _ in 0..<500 {
            let decimals = Int.random(in: 0...4, using: &random)
            let whole = String(Int.random(in: 0...999_999_999_999, using: &random))
            let fraction = (0..<decimals).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
            let text = decimals == 0 ? whole : whole + "." + fraction
            let shown = try MoneyAmount(text).formatted(currency: euro, locale: try LocaleTag("de"))
            let digits = shown.replacing(".", with: "").replacing(",", with: ".").dropLast(2)
            #expect(digits == text)
        }
    }

    @Test(
        "are refused in another notation",
        arguments: [
            "", "-", ".", ".5", "5.", "1,5", "1 000", "+5", "1e5", "0x10", "--1", "1.2.3", "1.23456",
            "1234567890123", " 1", "1 ", "1\n", "１", "NaN", "inf", "€5", "-.5", "1.-5",
        ])
    func refused(text: String) {
        #expect(throws: ValueError.self) { try MoneyAmount(text) }
    }

    @Test(
        "name a currency by three capitals", arguments: ["", "EU", "EURO", "eur", "€", "EÜR", "EU1", "EUR "])
    func currencies(text: String) throws {
        #expect(throws: ValueError.self) { try CurrencyCode(text) }
        #expect(try CurrencyCode("EUR").code == "EUR")
    }
}
