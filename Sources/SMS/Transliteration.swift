// Letters and signs that GSM-7 does not have, written with those it has: by choice of a template or dealership, before an SMS is
// counted. What has no mapping stays, and the message is UCS-2: never a `?` in somebody's name. Umlauts, ß and é are in GSM-7 and stay.
//
// Three things are never changed, because they would no longer be what they name: links (a word with `://`), codes (a word with a letter
// and a digit) and amounts (a number with or beside a currency); and whatever the caller names. Spaces are no part of them:
// a no-break space in an amount would make the message UCS-2 and nobody sees the difference. Quotation marks around them neither.

import Foundation

package enum Transliteration {
    /// The text with what it can be written with.
    ///
    /// - Parameter protecting: parts of the text, word for word, that stay as they are: a reference, a plate, an amount.
    package static func apply(_ text: String, protecting: [String] = []) -> String {
        guard !GSMAlphabet.holds(text) else { return text }
        let text = text.precomposedStringWithCanonicalMapping
        var output = ""
        var open = text[...]
        let kept = protecting.filter { !$0.isEmpty }.map(\.precomposedStringWithCanonicalMapping)
        while let range = kept.compactMap({ open.firstRange(of: $0) }).min(by: {
            $0.lowerBound < $1.lowerBound
        }) {
            output += words(open[..<range.lowerBound]) + open[range]
            open = open[range.upperBound...]
        }
        return output + words(open)
    }

    private static func words(_ text: Substring) -> String {
        let words = text.split(omittingEmptySubsequences: false, whereSeparator: \.isWhitespace)
        var output = ""
        for (index, word) in words.enumerated() {
            let neighbours = [index - 1, index + 1].filter(words.indices.contains).map { words[$0] }
            output += isProtected(word, beside: neighbours) ? aroundQuotes(word) : written(word)
            if word.endIndex < text.endIndex { output += written(text[word.endIndex...word.endIndex]) }
        }
        return output
    }

    private static func isProtected(_ word: Substring, beside neighbours: [Substring]) -> Bool {
        if word.contains("://") { return true }
        guard word.contains(where: \.isNumber) else { return false }
        return word.contains { $0.isLetter && $0 != "ª" && $0 != "º" || $0.isCurrencySymbol }
            || neighbours.contains {
                $0.allSatisfy(\.isCurrencySymbol) && !$0.isEmpty || currencies.contains($0)
            }
    }

    /// A protected word, with only the quotation marks around it written anew.
    private static func aroundQuotes(_ word: Substring) -> String {
        let inside = word.drop(while: isAround)
        var end = inside.endIndex
        while end > inside.startIndex, isAround(inside[inside.index(before: end)]) {
            end = inside.index(before: end)
        }
        return written(word[..<inside.startIndex]) + inside[..<end] + written(word[end...])
    }

    private static func isAround(_ character: Character) -> Bool {
        "‘’‚‛“”„‟«»‹›".contains(character) || character.isASCII && character.isPunctuation
    }

    private static func written(_ text: Substring) -> String {
        var output = ""
        for character in text {
            if GSMAlphabet.holds(String(character)) {
                output.append(character)
            } else if let replacement = replacements[character] {
                output += replacement
            } else if character.isWhitespace {
                output += character.isNewline ? "\n" : " "
            } else {
                output += baseLetter(of: character) ?? String(character)
            }
        }
        return output
    }

    /// What is left without nonspacing marks, when GSM-7 has it: `ê` is `e`, `ḗ` is `e`; nil for a letter of another script.
    private static func baseLetter(of character: Character) -> String? {
        let scalars = String(character).decomposedStringWithCanonicalMapping.unicodeScalars
        guard let first = scalars.first,
            scalars.dropFirst().allSatisfy({
                [.nonspacingMark, .format].contains($0.properties.generalCategory)
            })
        else { return nil }
        let base = replacements[Character(first)] ?? String(first)
        return GSMAlphabet.holds(base) ? base : nil
    }

    private static let currencies: Set<Substring> = ["EUR", "CHF", "GBP", "USD"]

    /// Typographic signs (standards B2.1), and Latin letters that no canonical decomposition leads back to a base letter.
    private static let replacements: [Character: String] = [
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "‹": "'", "›": "'", "′": "'", "´": "'", "`": "'", "ʼ": "'",
        "“": "\"", "”": "\"", "„": "\"", "‟": "\"", "«": "\"", "»": "\"", "″": "\"",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "•": "-", "·": ".", "…": "...",
        "\u{200B}": "", "\u{2060}": "", "\u{FEFF}": "", "\u{AD}": "", "\u{200E}": "", "\u{200F}": "",
        "œ": "oe", "Œ": "OE", "ẞ": "SS", "ĳ": "ij", "Ĳ": "IJ", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i", "ð": "d", "Ð": "D", "þ": "th",
        "Þ": "Th",
        "ŀ": "l.", "Ŀ": "L.", "ŉ": "'n", "ŋ": "n", "Ŋ": "N", "ª": "a", "º": "o", "№": "No",
    ]
}
