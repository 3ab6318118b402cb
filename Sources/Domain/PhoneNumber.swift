// A phone number in the one form that references are hashed from, fixed for good: `+` and the digits of E.164. National
// notations need a numbering plan (room SMS); here they are refused rather than guessed, and so is
// a national trunk 0 left behind the country code, because `+33 06…` and `+33 6…` must never be two people.

import Foundation

package struct PhoneNumber: Sendable, Hashable {
    /// `+352621123456`: at least 7, at most 15 digits (ITU-T E.164).
    package let e164: String
    /// As it was written, for people to read.
    package let written: String

    package init(_ text: String) throws(ValueError) {
        let separators = Set<Character>([" ", "\u{A0}", "\u{202F}", ".", "-", "/", "(", ")"])
        let compact = String(text.filter { !separators.contains($0) })
        let marked = text.filter { !$0.isWhitespace }
        guard compact.hasPrefix("+"), !marked.contains("(0)") else {
            throw ValueError("must be a phone number in international form, such as +352 621 123 456")
        }
        let digits = compact.dropFirst()
        guard (7...15).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            !digits.hasPrefix("0")
        else { throw ValueError("must be + and 7 to 15 digits, such as +352621123456") }
        guard !Self.codesWithoutLeadingZero.contains(where: { digits.hasPrefix($0 + "0") }) else {
            throw ValueError("must not keep the national 0 after the country code: +33 6…, not +33 06…")
        }
        e164 = compact
        written = text.trimmed
    }

    /// A number that a numbering plan has read.
    ///
    /// - Parameter written: as it was written, for people to read.
    package init(e164 text: String, written: String) throws(ValueError) {
        e164 = try PhoneNumber(text).e164
        self.written = written.trimmed
    }

    /// Country codes behind which no subscriber number starts with 0: LU FR BE NL CH AT GB DE IE PT ES. Italy keeps its 0.
    private static let codesWithoutLeadingZero = [
        "352", "33", "32", "31", "41", "43", "44", "49", "353", "351", "34",
    ]
}
