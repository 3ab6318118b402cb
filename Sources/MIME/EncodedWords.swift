// Encoded words (RFC 2047): text beyond plain ASCII in a subject or in a display name.
//
// It promises words of at most 75 octets that each decode by themselves: a word ends between two graphemes,
// or, if one grapheme is larger than a word, between two of its scalars; never inside a scalar. Q is taken
// when at least half of the octets stand for themselves (then a person can read it raw), else B. Q uses the
// narrow set of section 5 (3) in subjects too: one rule for both is worth a few longer subjects. It cannot
// fail.

import Foundation

/// The encoder of encoded words.
enum EncodedWords {
    /// The largest encoded word of RFC 2047 section 2.
    static let wordLimit = 75

    private enum Scheme {
        case base64
        case quoted
    }

    /// Octets of `=?utf-8?q?` and `?=`.
    private static let overhead = 12
    private static let base64Room = room(of: wordLimit, in: .base64)
    private static let quotedRoom = room(of: wordLimit, in: .quoted)

    /// The words, in order; the first is made to fit `firstLimit` octets when its first grapheme allows it.
    static func encode(_ text: String, firstLimit: Int) -> [[UInt8]] {
        let octets = Array(text.utf8)
        let lengths = unitLengths(of: text)
        let scheme = scheme(for: octets, lengths)
        var words: [[UInt8]] = []
        var start = 0
        var end = 0
        var load = 0
        var room = room(of: min(firstLimit, wordLimit), in: scheme)
        for length in lengths {
            let unit = weight(of: octets[end..<(end + length)], in: scheme)
            if load + unit > room {
                if end > start { words.append(word(octets[start..<end], in: scheme)) }
                start = end
                load = 0
                room = self.room(of: wordLimit, in: scheme)
            }
            load += unit
            end += length
        }
        words.append(word(octets[start..<end], in: scheme))
        return words
    }

    /// Octets of each piece that stays together: a grapheme, or a scalar of one too large for any word.
    private static func unitLengths(of text: String) -> [Int] {
        var lengths: [Int] = []
        lengths.reserveCapacity(text.utf8.count)
        for grapheme in text {
            let length = grapheme.utf8.count
            if length <= base64Room {
                lengths.append(length)
            } else {
                lengths.append(contentsOf: grapheme.unicodeScalars.map { UTF8.width($0) })
            }
        }
        return lengths
    }

    private static func scheme(for octets: [UInt8], _ lengths: [Int]) -> Scheme {
        let literals = octets.count(where: { isLiteral($0) || $0 == .space })
        // Three octets for one: above this length only B is sure to hold a grapheme in one word.
        let fitsQuoted = lengths.allSatisfy { $0 <= quotedRoom / 3 }
        return literals * 2 >= octets.count && fitsQuoted ? .quoted : .base64
    }

    /// What a word of this length holds: octets of text for B, octets of output for Q.
    private static func room(of limit: Int, in scheme: Scheme) -> Int {
        scheme == .base64 ? (limit - overhead) / 4 * 3 : limit - overhead
    }

    private static func weight(of octets: ArraySlice<UInt8>, in scheme: Scheme) -> Int {
        guard scheme == .quoted else { return octets.count }
        return octets.reduce(0) { sum, octet in sum + (isLiteral(octet) || octet == .space ? 1 : 3) }
    }

    private static func word(_ octets: ArraySlice<UInt8>, in scheme: Scheme) -> [UInt8] {
        switch scheme {
        case .base64:
            return Array("=?utf-8?b?\(Data(octets).base64EncodedString())?=".utf8)
        case .quoted:
            let payload = [UInt8](capacity: octets.count * 3) { payload in
                for octet in octets {
                    if octet == .space {
                        payload.append(.underscore)
                    } else if isLiteral(octet) {
                        payload.append(octet)
                    } else {
                        payload.appendEscaped(octet)
                    }
                }
            }
            return "=?utf-8?q?".utf8 + payload + "?=".utf8
        }
    }

    /// Letters, digits, `!`, `*`, `+`, `-` and `/`: what Q may leave alone in a display name.
    private static func isLiteral(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"):
            true
        default:
            octet.isLetterOrDigit
        }
    }
}
