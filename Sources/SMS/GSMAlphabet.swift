// The GSM 7-bit default alphabet: which characters cost one septet, which cost two, and which force the whole message into UCS-2.
// The tables are 3GPP TS 23.038, 6.2.1 and 6.2.1.1, with Unicode's mapping GSM0338.TXT 1.1 (0x09 is the capital Ç; there is no ç).
// National shift tables (TS 23.038, annex A) are left out: no provider of ours declares them.

/// The basic table and its extension.
package enum GSMAlphabet {
    /// The 127 characters of one septet by code, without the escape 0x1B, which is no character.
    package static let basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
        + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

    /// The characters behind the escape: two septets each.
    package static let `extension` = "\u{C}^{}\\[~]|€"

    /// What a character costs in septets, 1 or 2; nil when the alphabet does not have it.
    package static func septets(of scalar: Unicode.Scalar) -> Int? {
        let value = Int(scalar.value)
        guard value < costs.count, costs[value] > 0 else { return nil }
        return Int(costs[value])
    }

    /// Whether every scalar of the text is in the alphabet.
    package static func holds(_ text: some StringProtocol) -> Bool {
        text.unicodeScalars.allSatisfy { septets(of: $0) != nil }
    }

    /// By code point, up to the euro sign, which is the last; 0 for what is missing.
    private static let costs: [UInt8] = {
        var costs = [UInt8](repeating: 0, count: 0x20AD)
        for scalar in basic.unicodeScalars { costs[Int(scalar.value)] = 1 }
        for scalar in `extension`.unicodeScalars { costs[Int(scalar.value)] = 2 }
        return costs
    }()
}
