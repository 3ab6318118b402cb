// What is written anew, what never is, and that every text of seven languages fits into GSM-7 afterwards.

import SMS
import Support
import Testing

@Suite("Transliteration")
struct TransliterationTests {
    @Test(
        "writes with GSM-7's letters what they can say, and leaves the rest",
        arguments: [
            ("L’œuvre « prête »… à ça", "L'oeuvre \" prete \"... à ca"),
            ("Être Ýlle Noël ÂÊÎÔÛ", "Etre Ylle Noel AEIOU"),
            ("Grüße, Straße, Zoé, ẞ", "Grüße, Straße, Zoé, SS"),
            ("Łódź Đorđe Škoda Ħal", "Lodz Dorde Skoda Hal"), ("8–12 — ‑ − •", "8-12 - - - -"),
            ("10\u{202F}000\u{A0}km\u{2003}là", "10 000 km là"),
            ("a\u{200B}b\u{2060}c\u{FEFF}d\u{AD}e\u{200C}f", "abcdef"),
            ("n.º 1.ª ĳs ﬁn ŀl", "n.o 1.a ijs fin l.l"), ("ệ ǟ m\u{303}", "e a m"),
            ("Жук ñ α 你 👍🏽 1️⃣ ©", "Жук ñ α 你 👍🏽 1️⃣ ©"), ("e\u{301}t\u{65}\u{302}", "éte"), ("", ""),
            ("a\u{2028}b", "a\nb"),
        ])
    func written(text: String, output: String) {
        let written = Transliteration.apply(text)
        #expect(
            Self.letters(written)
                == Self.letters(output))
    }

    /// By scalar: Swift's comparison would not tell a composed letter from one that is not.
    private static func letters(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }

    @Test(
        "never changes a link, a code or an amount",
        arguments: [
            ("voilà ça : https://garage.lu/m/é–ç", "voilà ca : https://garage.lu/m/é–ç"),
            ("« https://garage.lu/ê »", "\" https://garage.lu/ê \""),
            ("“https://garage.lu/ê”", "\"https://garage.lu/ê\""),
            ("clé ÂB–12ç ê", "clé ÂB–12ç e"), ("“WO–2026–1182X”, ê", "\"WO–2026–1182X\", e"),
            ("total 1’234–50 CHF ê", "total 1’234–50 CHF e"), ("€ −12,50…ê", "€ −12,50…ê"),
            ("−12,50 ₽ ê", "−12,50 ₽ e"),
            ("1–2₽ ê", "1–2₽ e"), ("de 8–12 ê", "de 8-12 e"),
        ])
    func protected(text: String, output: String) {
        #expect(Transliteration.apply(text) == output)
    }

    @Test("never changes what the caller names")
    func named() {
        let text = "ê plaque ÇÊ–Â ê ÇÊ–Â. Réf. ç"
        #expect(
            Transliteration.apply(text, protecting: ["ÇÊ–Â", "", "absent"])
                == "e plaque ÇÊ–Â e ÇÊ–Â. Réf. c")
        #expect(
            Transliteration.apply(text, protecting: ["Réf. ç", "ÇÊ–Â"]) == "e plaque ÇÊ–Â e ÇÊ–Â. Réf. ç")
    }

    @Test("brings every text of these alphabets into GSM-7")
    func alphabets() {
        let alphabets = [
            "fr": "abcxyzàâæçéèêëîïôœùûüÿ«»’… \u{202F}–", "de": "abcxyzäöüß„“–‚‘", "lb": "abcxyzäëé’“”„",
            "nl": "abcxyzëïöüéèêĳ’‘", "pt": "abcxyzáàâãçéêíóôõúü–ªº“”", "it": "abcxyzàèéìíîòóùú«»’",
            "es": "abcxyzáéíñóúü¿¡ªº«»—", "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž",
        ]
        var random = SeededGenerator(state: 7)
        for (language, letters) in alphabets.sorted(by: { $0.key < $1.key }) {
            let alphabet = Array(letters + letters.uppercased())
            for _ in 0..<200 {
                let text = String((0..<80).map { _ in alphabet.randomElement(using: &random)! })
                let written = Transliteration.apply(text)
                #expect(SMSText(written).encoding == .gsm7, "\(language): \(text) became \(written)")
                #expect(!written.contains("?"))
                #expect(Transliteration.apply(written) == written)
            }
        }
    }
}
