// Servers echo the recipient's address in their replies, and replies are kept longer than addresses may
// be. So the address is replaced before a reply is stored: whole, percent-encoded, in VERP form, and its
// local part alone wherever that stands as a word; a phone number with and without its country code, however its digits are parted. Replacing too much is harmless: the outcome was read
// from the code, not from the text. Controls and invisible formatting go, so that no reply can forge a line
// of a log or a terminal's escape.

/// Makes a provider's reply fit to be stored and shown.
package enum ReplyRedaction {
    /// What stands in place of the recipient.
    package static let mark = "<recipient>"
    /// The most Unicode scalars of a stored reply.
    package static let scalarLimit = 512

    /// The reply's text on one line without the recipient, at most ``scalarLimit`` scalars.
    package static func storable(_ text: String, recipient: String) -> String {
        visible(
            recipient.hasPrefix("+") && !recipient.contains("@")
                ? PhoneRedaction.replacing(recipient, in: text, by: mark) : replacing(recipient, in: text))
    }

    private struct Variant {
        let bytes: [UInt8]
        let isWord: Bool
    }

    private static func replacing(_ recipient: String, in text: String) -> String {
        let variants = variants(of: recipient)
        let original = Array(text.utf8)
        let folded = original.map(lowercased)
        var result: [UInt8] = []
        result.reserveCapacity(original.count)
        var position = 0
        while position < original.count {
            if let match = variants.first(where: { matches($0, in: folded, at: position) }) {
                result.append(contentsOf: mark.utf8)
                position += match.bytes.count
            } else {
                result.append(original[position])
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The spellings to look for, the longest first, so that a part never wins over the whole.
    private static func variants(of recipient: String) -> [Variant] {
        let address = recipient.lowercased()
        guard let at = address.lastIndex(of: "@") else {
            return address.isEmpty ? [] : [Variant(bytes: Array(address.utf8), isWord: true)]
        }
        let domain = address[address.index(after: at)...]
        let local = String(address[..<at])
        let bare = local.filter { $0 != "\"" && $0 != "\\" }
        let locals = Set([local, bare, String(bare.prefix { $0 != "+" })]).filter { !$0.isEmpty }
        let whole = locals.flatMap { part in
            ["<\(part)@\(domain)>", "\(part)@\(domain)", "\(part)=\(domain)", "\(part)%40\(domain)"]
        }
        let variants =
            whole.map { Variant(bytes: Array($0.utf8), isWord: false) }
            + locals.map { Variant(bytes: Array($0.utf8), isWord: true) }
        return variants.sorted { $0.bytes.count > $1.bytes.count }
    }

    private static func matches(_ variant: Variant, in text: [UInt8], at start: Int) -> Bool {
        let end = start + variant.bytes.count
        guard end <= text.count, text[start..<end].elementsEqual(variant.bytes) else { return false }
        guard variant.isWord else { return true }
        return (start == 0 || !isWordByte(text[start - 1])) && (end == text.count || !isWordByte(text[end]))
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte) || byte >= 0x80
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (65...90).contains(byte) ? byte + 32 : byte
    }

    private static func visible(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var endsInSpace = true
        for scalar in text.unicodeScalars {
            if scalars.count == scalarLimit { break }
            let isGap = scalar == " " || isInvisible(scalar)
            if isGap && endsInSpace { continue }
            scalars.append(isGap ? " " : scalar)
            endsInSpace = isGap
        }
        if scalars.last == " " { scalars.removeLast() }
        return String(scalars)
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
        default: false
        }
    }
}
