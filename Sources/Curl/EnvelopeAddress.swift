// The last look at an envelope address before libcurl writes it into a command line. libcurl 7.88.1 up to
// 8.21 passes CR LF on, and what follows becomes a command of its own (reproduced; curl commit bedeeaa4a7).
// This is the only barrier, so it knows nothing of what was checked before, and refuses rather than repairs.

/// What may stand between the angle brackets of MAIL FROM and RCPT TO.
enum EnvelopeAddress {
    /// Whether an address is printable ASCII without `<` and `>`, of the shape `local@domain`, within the
    /// lengths of RFC 5321 section 4.5.3.1 (64, 255, and 254 for the whole).
    static func isSendable(_ address: String) -> Bool {
        let bytes = Array(address.utf8)
        guard (3...254).contains(bytes.count),
            bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x3C && $0 != 0x3E }),
            let at = bytes.lastIndex(of: UInt8(ascii: "@"))
        else { return false }
        let local = bytes[..<at]
        let domain = bytes[(at + 1)...]
        guard (1...64).contains(local.count), (1...255).contains(domain.count) else { return false }
        let quote = UInt8(ascii: "\"")
        let isQuoted = local.count > 2 && local.first == quote && local.last == quote
        guard isQuoted || !local.contains(UInt8(ascii: "@")) else { return false }
        return !holdsEncodedControl(bytes)
    }

    /// A control or angle bracket as `%0D`, or the start of an encoded word: no wire decodes them here, but
    /// something behind the relay may, and no real address needs them.
    private static func holdsEncodedControl(_ bytes: [UInt8]) -> Bool {
        for index in bytes.indices.dropLast() {
            if bytes[index] == UInt8(ascii: "="), bytes[index + 1] == UInt8(ascii: "?") { return true }
            guard bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count else { continue }
            let digits = String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self)
            guard let value = UInt8(digits, radix: 16) else { continue }
            if value < 0x20 || value == 0x7F || value == 0x3C || value == 0x3E { return true }
        }
        return false
    }
}
