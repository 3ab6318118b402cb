// JSON as the tests read it: with Foundation's parser, so that the project's own is not judge in its own cause.

import Foundation

/// A value of a JSON document; what is not there is like `null`.
package struct JSONDocument {
    private let value: Any?

    package init(_ bytes: [UInt8]) throws {
        value = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    }

    private init(value: Any?) {
        self.value = value is NSNull ? nil : value
    }

    package subscript(_ name: String) -> JSONDocument {
        JSONDocument(value: (value as? [String: Any])?[name])
    }

    package subscript(_ index: Int) -> JSONDocument {
        let elements = value as? [Any] ?? []
        return JSONDocument(value: elements.indices.contains(index) ? elements[index] : nil)
    }

    package var string: String? { value as? String }
    package var integer: Int? { (value as? NSNumber)?.intValue }
    package var bool: Bool? { value as? Bool }
    package var isNull: Bool { value == nil }
    package var elements: [JSONDocument] { (value as? [Any] ?? []).map { JSONDocument(value: $0) } }
    package var names: Set<String> { Set((value as? [String: Any] ?? [:]).keys) }
}
