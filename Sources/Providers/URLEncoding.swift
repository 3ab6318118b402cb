// Percent-encoding (RFC 3986) and its reverse for forms (WHATWG URL, section 5). One encoder for path, query and form: everything but the unreserved
// characters is encoded, so that nothing is left that could end a value anywhere; and it is what AWS signs.

package enum URLEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    static func encoded(_ text: String, keeping kept: Set<UInt8> = []) -> String {
        var output: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) || kept.contains(byte) {
                output.append(byte)
            } else {
                output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    static func form(_ fields: [(name: String, value: String)]) -> String {
        fields.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
    }

    /// The pairs of a form or a query, in their order; nil for anything else.
    package static func pairs(of form: some Sequence<UInt8>) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        for pair in Array(form).split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0]), let value = decoded(parts.count == 2 ? parts[1] : []) else {
                return nil
            }
            pairs.append((name, value))
        }
        return pairs
    }

    /// The same; nil also when a name is there twice, because two readers would read two things, or with a NUL, which is refused as it is in JSON.
    static func fields(of form: some Sequence<UInt8>) -> [(name: String, value: String)]? {
        guard let pairs = pairs(of: form), Set(pairs.map { Array($0.name.utf8) }).count == pairs.count,
            !pairs.contains(where: { $0.value.utf8.contains(0) })
        else { return nil }
        return pairs
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var output: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): output.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2)
                guard digits.count == 2, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
                    let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                else { return nil }
                output.append(value)
                rest = rest.dropFirst(2)
            default: output.append(byte)
            }
        }
        return String(validating: output, as: UTF8.self)
    }

    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }
}
