// Encoded words by themselves: length, and where the cuts are.

import Foundation
import Testing

@testable import MIME

struct EncodedWordsTests {
    private static let texts = [
        String(repeating: "é", count: 200),
        String(repeating: "Le véhicule ", count: 20),
        String(repeating: "👨‍👩‍👧‍👦", count: 12),
        "abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz abcdef 👨‍👩‍👧‍👦 abcdefghijklmnopqrstuvwxyz",
        String(repeating: "e\u{301}", count: 80),
        String(repeating: "漢字", count: 60),
    ]

    @Test(arguments: texts, [15, 40, 55, 66, 75])
    func `a word is never too long and never ends inside a grapheme`(text: String, firstLimit: Int) throws {
        let words = EncodedWords.encode(text, firstLimit: firstLimit)
        #expect(words.allSatisfy { $0.count <= EncodedWords.wordLimit })
        var decoded = ""
        for word in words {
            let piece = try decode(word)
            let before = decoded.count
            decoded += piece
            #expect(decoded.count == before + piece.count, "the cut is inside a grapheme")
        }
        #expect(Array(decoded.utf8) == Array(text.utf8))
        let first = try #require(words.first)
        if text.first?.utf8.count ?? 0 <= 2, firstLimit >= 40 { #expect(first.count <= firstLimit) }
    }

    @Test func `a grapheme larger than a word is cut between scalars`() throws {
        let text = "Z" + String(repeating: "\u{301}", count: 200)
        let words = EncodedWords.encode(text, firstLimit: 66)
        #expect(words.count > 1)
        #expect(words.allSatisfy { $0.count <= EncodedWords.wordLimit })
        #expect(Array(try words.map(decode).joined().utf8) == Array(text.utf8))
    }

    /// Decodes one word by itself and refuses one that is not whole UTF-8.
    private func decode(_ word: [UInt8]) throws -> String {
        let text = String(decoding: word, as: UTF8.self)
        let match = try #require(text.wholeMatch(of: #/=\?utf-8\?([bq])\?([^? ]+)\?=/#))
        let octets = match.output.1 == "b" ? try base64(match.output.2) : try quoted(match.output.2)
        return try #require(String(validating: octets, as: UTF8.self))
    }

    private func quoted(_ payload: Substring) throws -> [UInt8] {
        var octets: [UInt8] = []
        var rest = Array(payload.utf8)[...]
        while let octet = rest.popFirst() {
            if octet == UInt8(ascii: "=") {
                octets.append(try #require(UInt8(hexadecimalDigits: rest.prefix(2))))
                rest = rest.dropFirst(2)
            } else {
                octets.append(octet == UInt8(ascii: "_") ? 0x20 : octet)
            }
        }
        return octets
    }

    private func base64(_ payload: Substring) throws -> [UInt8] {
        Array(try #require(Data(base64Encoded: String(payload))))
    }
}
