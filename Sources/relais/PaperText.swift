// A JSON document as an outline that people read, print and file: a name and its value a line, what is inside indented.

import Foundation
import JSON

enum PaperText {
    static func text(_ json: JSONValue) -> String { lines(json, 0).joined(separator: "\n") }

    private static func lines(_ json: JSONValue, _ depth: Int) -> [String] {
        let indent = String(repeating: "  ", count: depth)
        switch json {
        case .object(let members):
            return members.flatMap { member -> [String] in
                if let word = word(member.value) { return ["\(indent)\(label(member.name)): \(word)"] }
                return ["\(indent)\(label(member.name)):"] + lines(member.value, depth + 1)
            }
        case .array(let elements):
            return elements.flatMap { element -> [String] in
                if let word = word(element) { return ["\(indent)- \(word)"] }
                let inner = lines(element, depth + 1)
                guard let first = inner.first else { return [] }
                return [indent + "- " + first.dropFirst(indent.count + 2)] + inner.dropFirst()
            }
        default: return [indent + (word(json) ?? "")]
        }
    }

    /// A value that fits on its name's line; nil for what has members.
    private static func word(_ json: JSONValue) -> String? {
        switch json {
        case .string(let text): text
        case .bool(let isTrue): isTrue ? "yes" : "no"
        case .null: "not known"
        case .array(let elements): elements.isEmpty ? "none" : nil
        case .object(let members): members.isEmpty ? "none" : nil
        default: json.text()
        }
    }

    /// `dataSubjects` as `data subjects`, `publicURL` as `public URL`.
    private static func label(_ name: String) -> String {
        let characters = Array(name)
        return characters.indices.reduce(into: "") { text, index in
            let isUpper = characters[index].isUppercase
            let isAlone = index + 1 < characters.count && !characters[index + 1].isUppercase
            let begins = isUpper && index > 0 && (isAlone || !characters[index - 1].isUppercase)
            if begins { text += " " }
            text += isUpper && isAlone ? characters[index].lowercased() : String(characters[index])
        }
    }
}
