// `{recipient}` in a string of a profile. Parameters are put in once, when an account is made; the message's values for each request. What comes out is
// raw text: whoever puts it somewhere encodes the whole of it, and values in a path are encoded one by one. A value is never read for tags again.
// A template one of whose tags has no value has none itself, and what it stands in is left out.

import Domain

struct ValueTemplate: Sendable {
    private enum Piece: Sendable {
        /// From the profile.
        case literal(String)
        /// From a parameter.
        case value(String)
        case tag(MessageTag)
    }

    private let pieces: [Piece]
    /// One of its parameters was left out.
    private let isAbsent: Bool
    /// The only thing in it is a tag that stands for a number.
    let isNumber: Bool

    /// - Parameter tags: the message's tags that the request has values for.
    init(
        _ text: String, in place: TemplatePlace, _ parameters: ProfileParameters, tags: Set<MessageTag>
    ) throws(ValueError) {
        var pieces: [Piece] = []
        var isAbsent = false
        var isNumber = false
        for piece in try TagSyntax.pieces(of: text) {
            switch piece {
            case .literal(let text): pieces.append(.literal(text))
            case .tag(let name):
                if let tag = MessageTag(rawValue: name) {
                    guard tags.contains(tag) else { throw ValueError("has no value for {\(name)}") }
                    guard place.takes(tag) else { throw ValueError("must not hold {\(name)} here") }
                    pieces.append(.tag(tag))
                    isNumber = tag.isNumber
                } else {
                    let value = try parameters.value(name)
                    isAbsent = isAbsent || value.isEmpty
                    pieces.append(.value(value))
                }
            }
        }
        self.pieces = pieces
        self.isAbsent = isAbsent
        self.isNumber = isNumber && pieces.count == 1
    }

    /// The text, or nil when something in it has no value.
    ///
    /// - Parameter encode: what a value in it goes through; the profile's own text does not.
    func text(encode: (String) -> String = { $0 }, _ value: (MessageTag) -> String?) -> String? {
        guard !isAbsent else { return nil }
        var text = ""
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .value(let value): text += encode(value)
            case .tag(let tag):
                guard let value = value(tag) else { return nil }
                text += encode(value)
            }
        }
        return text
    }
}
