// Strings (RFC 8259, section 7) and numbers (section 6).
//
// The encoding has been checked before: a string without an escape is one copy of its bytes. Escapes can make what
// UTF-8 cannot hold or what C would cut short, so lone surrogates and U+0000 are refused here.

extension JSONParser {
    /// Reads a string; `current` is its quote.
    mutating func string() throws(JSONSyntaxError) -> String {
        let opening = offset
        let quote = current
        offset += 1
        let start = offset
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == quote {
                offset += 1
                return String(decoding: bytes[start..<(offset - 1)], as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: opening) }
            if byte < 0x20 { throw controlCharacter() }
            offset += 1
        }
        throw fault("this string does not end", at: opening)
    }

    /// Reads on at the first escape of the string whose quote is at `opening`.
    private mutating func escapedString(from opening: Int) throws(JSONSyntaxError) -> String {
        let quote = bytes[opening]
        var decoded = Array(bytes[(opening + 1)..<offset])
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == quote {
                offset += 1
                return String(decoding: decoded, as: UTF8.self)
            }
            if byte < 0x20 { throw controlCharacter() }
            if byte == UInt8(ascii: "\\") {
                try escape(into: &decoded)
            } else {
                decoded.append(byte)
                offset += 1
            }
        }
        throw fault("this string does not end", at: opening)
    }

    private mutating func escape(into decoded: inout [UInt8]) throws(JSONSyntaxError) {
        let start = offset
        offset += 1
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(current)
        case UInt8(ascii: "'") where syntax == .json5: decoded.append(current)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"):
            offset += 1
            decoded.append(contentsOf: String(try escapedScalar(from: start)).utf8)
            return
        default:
            throw unexpected("one of \" \\ / b f n r t u after \"\\\"")
        }
        offset += 1
    }

    /// Reads the digits after `\u`, and the second half where it is a surrogate pair; `start` is the backslash.
    private mutating func escapedScalar(from start: Int) throws(JSONSyntaxError) -> Unicode.Scalar {
        var code = try hexadecimal()
        if code == 0 { throw fault("NUL is not accepted", at: start) }
        if 0xD800...0xDBFF ~= code, current == UInt8(ascii: "\\") {
            offset += 1
            if current == UInt8(ascii: "u") {
                offset += 1
                let low = try hexadecimal()
                if 0xDC00...0xDFFF ~= low { code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) }
            }
        }
        guard let scalar = Unicode.Scalar(code) else { throw fault("half of a surrogate pair", at: start) }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch current {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = current - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = current - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = current - UInt8(ascii: "A") + 10
            default: throw unexpected("four hexadecimal digits after \"\\u\"")
            }
            code = code << 4 + UInt32(digit)
            offset += 1
        }
        return code
    }

    private func controlCharacter() -> JSONSyntaxError {
        if current == 0 { return fault("NUL is not accepted") }
        return fault("the control character \(JSONName.described(Unicode.Scalar(current))) must be escaped")
    }

    /// Reads a number; `current` is its sign or first digit.
    mutating func number() throws(JSONSyntaxError) -> String {
        let start = offset
        if current == UInt8(ascii: "-") { offset += 1 }
        let firstDigit = offset
        try skipDigits()
        let digitCount = offset - firstDigit
        if digitCount > 1, bytes[firstDigit] == UInt8(ascii: "0") {
            throw fault("a number must not begin with 0", at: start)
        }
        var isInteger = true
        if current == UInt8(ascii: ".") {
            isInteger = false
            offset += 1
            try skipDigits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isInteger = false
            offset += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
            try skipDigits()
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        // Beyond 2^53 common readers round (RFC 8259, section 6): two of them would see two numbers.
        if isInteger, digitCount > 15, (Int(text)?.magnitude ?? .max) > 1 << 53 {
            throw fault("an integer beyond ±2^53 (9007199254740992); write it as a string", at: start)
        }
        return text
    }

    /// Skips digits, at least one.
    private mutating func skipDigits() throws(JSONSyntaxError) {
        let start = offset
        while UInt8(ascii: "0")...UInt8(ascii: "9") ~= current { offset += 1 }
        if offset == start { throw unexpected("a digit") }
    }
}
