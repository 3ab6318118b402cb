// What an operator must or may say under `providers.NAME.parameters`, and what was said. While a profile alone is read, a required parameter stands
// for itself as "x", so that every rule of it is checked before anybody has an account.

import Domain
import JSON

/// One name that a profile wants a value for.
package struct ProfileParameter: Sendable, Equatable {
    package let name: String
    /// May be given as `{ env }` or `{ file }`, and is never shown.
    package let isSecret: Bool
    /// Stands in when nothing is given; nil: it must be given. Empty: what it stands in is left out.
    package let defaultValue: String?
    /// What it is, for who fills it in.
    package let note: String
}

struct ProfileParameters: Sendable {
    let declared: [ProfileParameter]
    private let values: [String: String]

    /// The declarations in a profile.
    init(_ reader: JSONObjectReader?) throws(JSONProblems) {
        var declared: [ProfileParameter] = []
        for name in reader?.names ?? [] {
            guard let reader else { break }
            guard TagSyntax.isName(name), MessageTag(rawValue: name) == nil else {
                throw reader.problem(
                    name, detail: "must be letters and digits, and not the name of one of the message's tags")
            }
            let parameter = try reader.object(name)
            declared.append(
                ProfileParameter(
                    name: name, isSecret: try parameter.optionalBool("secret") ?? false,
                    defaultValue: try parameter.optionalString("default"), note: try parameter.string("note"))
            )
        }
        try reader?.finish()
        self.declared = declared
        values = Dictionary(uniqueKeysWithValues: declared.map { ($0.name, $0.defaultValue ?? "x") })
    }

    private init(_ declared: [ProfileParameter], _ values: [String: String]) {
        self.declared = declared
        self.values = values
    }

    /// The same with what was given; every problem at once, at `/parameters/…`.
    func giving(_ given: [String: String]) throws(JSONProblems) -> ProfileParameters {
        var values: [String: String] = [:]
        var problems: [JSONProblem] = []
        func refuse(_ name: String, _ code: String, _ detail: String) {
            let pointer = JSONProblem.pointer("/parameters", appending: name)
            problems.append(JSONProblem(pointer: pointer, code: code, detail: detail))
        }
        for parameter in declared {
            let value = given[parameter.name] ?? parameter.defaultValue ?? ""
            if value.isEmpty, parameter.defaultValue == nil {
                refuse(parameter.name, "missing", "is required: \(parameter.note)")
            } else if value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
                refuse(parameter.name, "invalid-value", "must not hold a control character")
            }
            values[parameter.name] = value
        }
        for name in given.keys.sorted() where values[name] == nil {
            let known = declared.map(\.name).joined(separator: ", ")
            refuse(name, "unknown-field", "the profile has no such parameter; it has \(known)")
        }
        guard problems.isEmpty else { throw JSONProblems(problems) }
        return ProfileParameters(declared, values)
    }

    /// The value of a parameter's tag; empty when it was left out.
    func value(_ name: String) throws(ValueError) -> String {
        guard let value = values[name] else { throw ValueError("there is no tag or parameter {\(name)}") }
        return value
    }

    /// A string of the profile's structure: parameters may stand in it, the message's values may not.
    func constant(_ text: String) throws(ValueError) -> String {
        var result = ""
        for piece in try TagSyntax.pieces(of: text) {
            switch piece {
            case .literal(let literal): result += literal
            case .tag(let name) where MessageTag(rawValue: name) != nil:
                throw ValueError("must not hold {\(name)} here")
            case .tag(let name):
                guard declared.first(where: { $0.name == name })?.defaultValue != nil else {
                    throw ValueError("may hold only a parameter with a default here")
                }
                result += try value(name)
            }
        }
        return result
    }
}
