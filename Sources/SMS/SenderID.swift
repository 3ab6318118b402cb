// Who an SMS comes from, in the three forms that networks show (3GPP TS 23.040, 9.1.2.5). It promises that a network can carry it; whether a
// country shows it is in SenderRules.

import Domain

/// A name, a phone number or a short code.
package struct SenderID: Sendable, Hashable, CustomStringConvertible {
    /// The words of `Outbox/sender-rules.json`.
    package enum Form: String, Sendable, CaseIterable {
        /// Nobody can answer it: the text's link carries the way out.
        case alphanumeric
        /// A phone number, in E.164.
        case numeric
        case shortCode
    }

    package let form: Form
    /// As it is handed to a provider: `GarageNord`, `+352621000000`, `64000`.
    package let text: String

    /// A name of 3 to 11 characters with a letter, a phone number in international form, or a short code of 3 to 6 digits.
    package init(_ text: String) throws(ValueError) {
        if text.utf8.first == UInt8(ascii: "+") {
            form = .numeric
            self.text = try PhoneNumber(text).e164
            return
        }
        self.text = text
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            guard (3...6).contains(text.utf8.count) else {
                throw ValueError(
                    "must begin with + where it is a phone number; a short code has 3 to 6 digits")
            }
            form = .shortCode
            return
        }
        // What GSM-7 and every provider's documentation have in common: more is replaced or refused on the way.
        let signs = Set(" &+-._".utf8)
        let isShown = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || Self.isLetter($0) || signs.contains($0)
        }
        guard (3...11).contains(text.utf8.count), isShown, text.utf8.contains(where: Self.isLetter),
            text.first != " ", text.last != " "
        else {
            throw ValueError(
                "must be a name of 3 to 11 letters (without accents), digits and & + - . _ or spaces")
        }
        form = .alphanumeric
    }

    /// Whether an answer, and so a STOP, reaches anybody.
    package var isReplyable: Bool { form != .alphanumeric }

    package var description: String { text }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte & 0xDF)
    }
}
