// The octets of mail syntax by name, so that the encoders read like the RFCs.

extension UInt8 {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\"")
    static let percent = UInt8(ascii: "%")
    static let dot = UInt8(ascii: ".")
    static let colon = UInt8(ascii: ":")
    static let less = UInt8(ascii: "<")
    static let equals = UInt8(ascii: "=")
    static let greater = UInt8(ascii: ">")
    static let questionMark = UInt8(ascii: "?")
    static let at = UInt8(ascii: "@")
    static let leftBracket = UInt8(ascii: "[")
    static let backslash = UInt8(ascii: "\\")
    static let rightBracket = UInt8(ascii: "]")
    static let underscore = UInt8(ascii: "_")

    /// True for the ASCII letters and digits.
    var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            false
        }
    }

    /// The octet that two hexadecimal digits stand for; nil when they are not two such digits.
    init?(hexadecimalDigits digits: ArraySlice<UInt8>) {
        guard digits.count == 2 else { return nil }
        self.init(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}

extension [UInt8] {
    /// Appends CRLF, the only line break of a mail.
    mutating func appendLineBreak() {
        append(.carriageReturn)
        append(.lineFeed)
    }
}

extension OutputSpan<UInt8> {
    /// Appends CRLF, the only line break of a mail.
    mutating func appendLineBreak() {
        append(.carriageReturn)
        append(.lineFeed)
    }

    /// Appends `=XX`, the form of an octet in quoted-printable and in the Q encoding; digits in upper case.
    mutating func appendEscaped(_ octet: UInt8) {
        append(.equals)
        append(hexadecimalDigit(octet >> 4))
        append(hexadecimalDigit(octet & 0x0F))
    }

    private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
