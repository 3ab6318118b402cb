// What may stand between < and > in a header: addr-spec and msg-id (RFC 5322 sections 3.4.1 and 3.6.4).
//
// It is stricter than the RFC on purpose: no comments, no folding, no blanks, no obsolete forms, because what
// cannot be written cannot be injected. Controls and angle brackets are refused raw, percent-encoded and as
// the beginning of an encoded word, since some program behind us may decode either (reliability.md (c) 1).

/// The grammar of addresses and message ids in headers.
enum AddressSyntax {
    /// True for a dot-atom or quoted local part, `@`, and a dot-atom domain or a domain literal.
    static func isAddress(_ address: String) -> Bool {
        let octets = Array(address.utf8)
        // RFC 5321 section 4.5.3.1: a path has at most 256 octets with its brackets, a local part 64.
        guard octets.count <= 254, isHarmless(octets), let at = octets.lastIndex(of: .at), at <= 64 else {
            return false
        }
        let local = octets[..<at]
        let domain = octets[(at + 1)...]
        return (isDotAtom(local) || isQuotedString(local)) && (isDotAtom(domain) || isDomainLiteral(domain))
    }

    /// True for two dot-atoms around one `@`.
    static func isMessageID(_ messageID: String) -> Bool {
        let octets = Array(messageID.utf8)
        guard isHarmless(octets), let at = octets.firstIndex(of: .at) else { return false }
        return isDotAtom(octets[..<at]) && isDotAtom(octets[(at + 1)...])
    }

    /// True for the octets of an atom: letters, digits and some signs (RFC 5322 section 3.2.3).
    static func isAtomText(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"),
            UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"),
            UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"),
            UInt8(ascii: "~"):
            true
        default:
            octet.isLetterOrDigit
        }
    }

    private static func isDotAtom(_ octets: ArraySlice<UInt8>) -> Bool {
        octets.split(separator: .dot, omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.allSatisfy(isAtomText)
        }
    }

    private static func isQuotedString(_ octets: ArraySlice<UInt8>) -> Bool {
        guard octets.count >= 2, octets.first == .quote, octets.last == .quote else { return false }
        var isEscaped = false
        for octet in octets.dropFirst().dropLast() {
            if isEscaped {
                isEscaped = false
            } else if octet == .backslash {
                isEscaped = true
            } else if octet == .quote {
                return false
            }
        }
        return !isEscaped
    }

    private static func isDomainLiteral(_ octets: ArraySlice<UInt8>) -> Bool {
        guard octets.count > 2, octets.first == .leftBracket, octets.last == .rightBracket else {
            return false
        }
        return octets.dropFirst().dropLast().allSatisfy { octet in
            octet != .leftBracket && octet != .rightBracket && octet != .backslash
        }
    }

    private static func isHarmless(_ octets: [UInt8]) -> Bool {
        for (index, octet) in octets.enumerated() {
            guard isHarmless(octet) else { return false }
            guard octet == .equals || octet == .percent else { continue }
            let next = octets[(index + 1)...].prefix(2)
            if octet == .equals, next.first == .questionMark { return false }
            if octet == .percent, let decoded = UInt8(hexadecimalDigits: next), decoded < 0x80,
                !isHarmless(decoded)
            {
                return false
            }
        }
        return true
    }

    private static func isHarmless(_ octet: UInt8) -> Bool {
        octet > .space && octet < 0x7F && octet != .less && octet != .greater
    }
}
