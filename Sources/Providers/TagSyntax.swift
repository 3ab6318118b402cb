// The one syntax of tags: a name in braces. A brace that is no part of a tag is refused, so that a mistyped tag is never sent as it stands.

import Domain

enum TagSyntax {
    enum Piece {
        case literal(String)
        case tag(String)
    }

    static func pieces(of text: String) throws(ValueError) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let opening = rest.firstIndex(of: "{") {
            if opening > rest.startIndex { pieces.append(.literal(String(rest[..<opening]))) }
            let inside = rest[rest.index(after: opening)...]
            guard let closing = inside.firstIndex(of: "}"), isName(inside[..<closing]) else {
                throw ValueError("must hold { only in a tag, such as {recipient}")
            }
            pieces.append(.tag(String(inside[..<closing])))
            rest = inside[inside.index(after: closing)...]
        }
        if !rest.isEmpty { pieces.append(.literal(String(rest))) }
        for case .literal(let literal) in pieces where literal.contains("}") {
            throw ValueError("must hold } only in a tag, such as {recipient}")
        }
        return pieces
    }

    /// ASCII letters and digits, a letter first.
    static func isName(_ text: some StringProtocol) -> Bool {
        text.first.map { $0.isASCII && $0.isLetter } == true
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
}
