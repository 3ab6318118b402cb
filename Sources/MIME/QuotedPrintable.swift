// Quoted-printable (RFC 2045 section 6.7) for the two text parts, written for speed: one pass, octet by
// octet.
//
// It promises lines of at most 76 octets, CRLF only, printable ASCII only, no blank before a line break, and
// no line that begins with "." or with "From " (SMTP servers and mbox files treat those specially). "=" is
// followed by two hexadecimal digits or by CRLF and by nothing else, so "=_" never occurs: the boundary
// relies on it. It cannot fail.

/// The quoted-printable encoder.
enum QuotedPrintable {
    /// Room of a line in front of the `=` of a soft line break.
    private static let lineLimit = 75

    /// Appends the encoded text and a CRLF; CRLF, LF and CR in the text each become one line break.
    static func append(_ text: String, to output: inout [UInt8]) {
        let input = text.utf8.span
        // The worst case is 3 octets for one, and a soft break of 3 after at least 73 of those: below 3.5 for
        // one.
        output.append(addingCapacity: input.count * 7 / 2 + 8) { encoded in
            encode(input, to: &encoded)
        }
    }

    private static func encode(_ input: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        var column = 0
        var index = 0
        while index < input.count {
            let octet = input[index]
            index += 1
            if octet == .lineFeed || octet == .carriageReturn {
                if octet == .carriageReturn, index < input.count, input[index] == .lineFeed { index += 1 }
                output.appendLineBreak()
                column = 0
                continue
            }
            var isLiteral = isPrintable(octet) || (isBlank(octet) && !isLineEnd(input, index))
            if column + (isLiteral ? 1 : 3) > lineLimit {
                output.append(.equals)
                output.appendLineBreak()
                column = 0
            }
            if column == 0, octet == .dot || beginsFromLine(input, index - 1) { isLiteral = false }
            if isLiteral {
                output.append(octet)
                column += 1
            } else {
                output.appendEscaped(octet)
                column += 3
            }
        }
        output.appendLineBreak()
    }

    private static func isPrintable(_ octet: UInt8) -> Bool {
        octet > .space && octet < 0x7F && octet != .equals
    }

    private static func isBlank(_ octet: UInt8) -> Bool {
        octet == .space || octet == .tab
    }

    private static func isLineEnd(_ input: Span<UInt8>, _ index: Int) -> Bool {
        index == input.count || input[index] == .lineFeed || input[index] == .carriageReturn
    }

    private static func beginsFromLine(_ input: Span<UInt8>, _ start: Int) -> Bool {
        input[start] == UInt8(ascii: "F") && start + 4 < input.count
            && input[start + 1] == UInt8(ascii: "r") && input[start + 2] == UInt8(ascii: "o")
            && input[start + 3] == UInt8(ascii: "m") && input[start + 4] == .space
    }
}
