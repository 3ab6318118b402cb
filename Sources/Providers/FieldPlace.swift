// Where a callback has a value: `/name` is a JSON pointer into the body, whose form fields count as the members of one object; `?name` is a
// parameter of the URL.

import Domain
import JSON

enum FieldPlace: Sendable {
    case body(JSONPointer)
    case query(String)

    init(_ text: String) throws(ValueError) {
        if text.hasPrefix("?"), text.utf8.count > 1 {
            self = .query(String(text.dropFirst()))
        } else if text.hasPrefix("/") {
            self = .body(try JSONPointer(text))
        } else {
            throw ValueError("must be a place: /name in the body, or ?name in the query")
        }
    }

    /// The text there; nil when there is none, or it is empty.
    func text(in element: JSONValue, _ query: [(name: String, value: String)]) -> String? {
        switch self {
        case .body(let pointer): pointer.text(in: element)
        case .query(let name): query.first { $0.name == name && !$0.value.isEmpty }?.value
        }
    }
}
