// The place of a value in a provider's document (RFC 6901), read once.

import Domain
import JSON

struct JSONPointer: Sendable {
    private let tokens: [String]

    init(_ text: String) throws(ValueError) {
        guard text.hasPrefix("/") else { throw ValueError("must be a JSON pointer, such as /messages/0/id") }
        tokens = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }

    func value(in document: JSONValue) -> JSONValue? {
        var value = document
        for token in tokens {
            switch value {
            case .array(let elements):
                guard let index = Int(token), elements.indices.contains(index) else { return nil }
                value = elements[index]
            default:
                guard let member = value[token] else { return nil }
                value = member
            }
        }
        return value
    }

    /// The string or the number there, as text; nil when it is empty or something else.
    func text(in document: JSONValue) -> String? {
        switch value(in: document) {
        case .string(let text): text.isEmpty ? nil : text
        case .number(let digits): digits
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }
}
