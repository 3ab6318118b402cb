// Typed values of a profile, out of its JSON: strings of its structure with their parameters, templates, pointers, lists of words. Whatever is refused is
// refused at its place.

import Domain
import Foundation
import JSON

extension JSONObjectReader {
    /// A string of the structure; nil when it is absent or came out empty.
    func constant(_ name: String, _ parameters: ProfileParameters) throws(JSONProblems) -> String? {
        guard let text = try optionalString(name) else { return nil }
        let constant = try value(of: name) { () throws(ValueError) in try parameters.constant(text) }
        return constant.isEmpty ? nil : constant
    }

    /// Strings of the structure, without those that came out empty.
    func constants(_ name: String, _ parameters: ProfileParameters) throws(JSONProblems) -> [String] {
        var constants: [String] = []
        for text in try optionalStrings(name) ?? [] {
            let constant = try value(of: name) { () throws(ValueError) in try parameters.constant(text) }
            if !constant.isEmpty { constants.append(constant) }
        }
        return constants
    }

    func jsonPointer(_ name: String, _ parameters: ProfileParameters) throws(JSONProblems) -> JSONPointer? {
        guard let text = try constant(name, parameters) else { return nil }
        return try value(of: name) { () throws(ValueError) in try JSONPointer(text) }
    }

    func pattern(_ name: String, _ parameters: ProfileParameters) throws(JSONProblems) -> NSRegularExpression?
    {
        // Not `constant`: a brace of the expression is no tag. A parameter is the whole of it or no part.
        guard var text = try optionalString(name) else { return nil }
        if text.hasPrefix("{") { text = try constant(name, parameters) ?? "" }
        guard !text.isEmpty else { return nil }
        guard let pattern = try? NSRegularExpression(pattern: text) else {
            throw problem(name, detail: "must be a regular expression")
        }
        return pattern
    }

    /// One of the words of an enumeration.
    func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, _ parameters: ProfileParameters
    ) throws(JSONProblems) -> Word where Word.RawValue == String {
        guard let text = try constant(name, parameters), let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw problem(name, detail: "must be one of \(known)")
        }
        return word
    }

    /// Puts the place to what `read` refuses.
    func value<Value>(
        of name: String, _ read: () throws(ValueError) -> Value
    ) throws(JSONProblems) -> Value {
        do {
            return try read()
        } catch {
            throw problem(name, detail: error.reason)
        }
    }
}
