// Domain values out of JSON: a refused value becomes a problem at its pointer, in the value's own words.

import Domain
import JSON

extension JSONObjectReader {
    /// A required string made into a value.
    package func value<Value>(
        _ name: String, _ make: (String) throws(ValueError) -> Value
    ) throws(JSONProblems) -> Value {
        try convert(try string(name), name, make)
    }

    /// An optional string made into a value.
    package func optionalValue<Value>(
        _ name: String, _ make: (String) throws(ValueError) -> Value
    ) throws(JSONProblems) -> Value? {
        guard let text = try optionalString(name) else { return nil }
        return try convert(text, name, make)
    }

    /// A required line of text: not empty, no control characters, at most `limit` bytes.
    package func line(_ name: String, limit: Int = 300) throws(JSONProblems) -> String {
        try value(name) { text throws(ValueError) in try Self.checkedLine(text, limit) }
    }

    /// An optional line of text.
    package func optionalLine(_ name: String, limit: Int = 300) throws(JSONProblems) -> String? {
        try optionalValue(name) { text throws(ValueError) in try Self.checkedLine(text, limit) }
    }

    /// A member that the contract has and this version does not honour yet: refused with the reason, never ignored.
    package func refuse(_ name: String, because reason: String) throws(JSONProblems) {
        guard let value = value(name), value != .null else { return }
        throw problem(name, code: "not-supported", detail: reason)
    }

    private func convert<Value>(
        _ text: String, _ name: String, _ make: (String) throws(ValueError) -> Value
    ) throws(JSONProblems) -> Value {
        do {
            return try make(text)
        } catch {
            throw problem(name, detail: error.reason)
        }
    }

    private static func checkedLine(_ text: String, _ limit: Int) throws(ValueError) -> String {
        let isLine = text.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0.value != 0x2028 && $0.value != 0x2029
        }
        guard isLine, (1...limit).contains(text.utf8.count), !text.allSatisfy(\.isWhitespace) else {
            throw ValueError("must be one line of 1 to \(limit) bytes without control characters")
        }
        return text
    }
}
