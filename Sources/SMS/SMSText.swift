// What an SMS costs and where it is cut: encoding, units and parts of one text, as handsets and providers count them (3GPP TS 23.038
// and 23.040). One character outside GSM-7 makes the whole message UCS-2.
//
// The text is brought into the form that is sent first: composed (NFC: "e" with a combining accent is the é that GSM-7 has), every kind
// of line end a line feed (CR LF would cost two, and handsets show a lone CR in their own ways), a tab a space, and no
// other control character: ESC would turn the character behind it into another one. They are removed rather than refused, because
// nobody sees them: a template's author or a customer's name pasted with one should not cost the message.

import Foundation

/// One text, counted and cut into parts.
package struct SMSText: Sendable, Equatable {
    /// The raw values are those of the API and of the preview.
    package enum Encoding: String, Codable, Sendable, CaseIterable {
        case gsm7
        case ucs2

        /// Units in a message of one part: septets, or UTF-16 code units.
        var singleLimit: Int { self == .gsm7 ? 160 : 70 }
        /// Units in each part of several: six octets go to the header with the 8-bit reference (TS 23.040, 9.2.3.24.1).
        var partLimit: Int { self == .gsm7 ? 153 : 67 }
    }

    /// What is sent: the parts, joined.
    package let text: String
    package let encoding: Encoding
    /// Septets (`gsm7`) or UTF-16 code units (`ucs2`), in all parts together.
    package let units: Int
    /// At least one; an escape pair or a surrogate pair is never cut, and a grapheme only where the number of parts would grow without.
    package let parts: [String]
    /// What forces UCS-2, each once, in order; empty for `gsm7`.
    package let offendingCharacters: [Character]

    package var segments: Int { parts.count }

    package init(_ text: String) {
        let text = Self.sendable(text)
        self.text = text
        encoding = GSMAlphabet.holds(text) ? .gsm7 : .ucs2
        let costs =
            encoding == .gsm7
            ? text.unicodeScalars.map { GSMAlphabet.septets(of: $0) ?? 0 }
            : text.unicodeScalars.map { UTF16.width($0) }
        units = costs.reduce(0, +)
        parts = units <= encoding.singleLimit ? [text] : Self.cut(text, costs, limit: encoding.partLimit)
        var offending: [Character] = []
        if encoding == .ucs2 {
            for character in text
            where !GSMAlphabet.holds(String(character)) && !offending.contains(character) {
                offending.append(character)
            }
        }
        offendingCharacters = offending
    }

    /// Fills each part as far as it goes, or to the last whole grapheme when the rest still fits into as few parts.
    private static func cut(_ text: String, _ costs: [Int], limit: Int) -> [String] {
        let count = costs.count
        // From the end: how far a part that starts at a scalar reaches, and how many parts the rest takes from there.
        var reach = [Int](repeating: count, count: count)
        var needed = [Int](repeating: 0, count: count + 1)
        var (end, sum) = (count, 0)
        for start in costs.indices.reversed() {
            sum += costs[start]
            while sum > limit {
                end -= 1
                sum -= costs[end]
            }
            reach[start] = end
            needed[start] = needed[end] + 1
        }
        var isBoundary = [Bool](repeating: false, count: count + 1)
        var place = 0
        for character in text {
            isBoundary[place] = true
            place += character.unicodeScalars.count
        }
        isBoundary[count] = true

        let scalars = Array(text.unicodeScalars)
        var parts: [String] = []
        var start = 0
        while start < count {
            let whole = (start + 1...reach[start]).last { isBoundary[$0] }
            let end = whole.flatMap { needed[$0] + 1 == needed[start] ? $0 : nil } ?? reach[start]
            var part = String.UnicodeScalarView()
            part.append(contentsOf: scalars[start..<end])
            parts.append(String(part))
            start = end
        }
        return parts
    }

    private static func sendable(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A }) else { return text }
        var scalars = String.UnicodeScalarView()
        var isAfterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where isAfterReturn: break
            case "\n", "\r", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}": scalars.append("\n")
            case "\t": scalars.append(" ")
            default:
                if scalar.properties.generalCategory != .control { scalars.append(scalar) }
            }
            isAfterReturn = scalar == "\r"
        }
        return String(scalars).precomposedStringWithCanonicalMapping
    }
}
