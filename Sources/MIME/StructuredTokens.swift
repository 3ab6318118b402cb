// Where a structured header value may be folded: at blanks outside <…> and outside quoted strings.
//
// A long List-Unsubscribe URI must stay whole, because readers differ in what they do with a blank inside it.
// An opened bracket or quote that is never closed makes the rest one token: worse to fold than to leave
// alone.

/// The unfoldable parts of a structured header value.
enum StructuredTokens {
    /// The parts between single blanks; an empty part shows a leading, trailing or double blank, or no value.
    static func split(_ value: String) -> [ArraySlice<UInt8>] {
        let octets = Array(value.utf8)
        var tokens: [ArraySlice<UInt8>] = []
        var start = 0
        var closing: UInt8?
        var isEscaped = false
        for (index, octet) in octets.enumerated() {
            if let awaited = closing {
                let isQuoted = awaited == .quote
                if octet == awaited, !isEscaped { closing = nil }
                isEscaped = isQuoted && octet == .backslash && !isEscaped
            } else if octet == .space {
                tokens.append(octets[start..<index])
                start = index + 1
            } else if octet == .less {
                closing = .greater
            } else if octet == .quote {
                closing = .quote
            }
        }
        tokens.append(octets[start...])
        return tokens
    }
}
