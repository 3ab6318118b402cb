// The data that a template is rendered with: JSON's six kinds and nothing else.
//
// There is deliberately no case for a function, a path or an object with behaviour: a template can only
// read what the caller put here (reliability.md (c) 11, listmonk CVE-2025-49136).

/// A value that a template may look up: one of JSON's kinds.
package indirect enum TemplateValue: Sendable, Equatable {
    /// No value; strict mode reports it like a missing one when it is to be printed.
    case null
    /// True or false; printed as `true` or `false`.
    case bool(Bool)
    /// A number as the text that the caller wrote, so that `189.90` stays `189.90`.
    case number(String)
    /// Text, escaped when it is printed.
    case string(String)
    /// A list; a section over it is rendered once for each element.
    case list([TemplateValue])
    /// Named values; a section over it makes its names visible.
    case object([String: TemplateValue])

    /// Whether a section over this value is rendered.
    ///
    /// Only null, false and the empty list are not, as in mustache(5): `0` and `""` are values like any other.
    var isTruthy: Bool {
        switch self {
        case .null:
            false
        case .bool(let value):
            value
        case .list(let elements):
            !elements.isEmpty
        case .number, .string, .object:
            true
        }
    }

    /// The text to print; nil for null, a list or an object, which have none.
    var printed: String? {
        switch self {
        case .bool(let value):
            value ? "true" : "false"
        case .number(let text), .string(let text):
            text
        case .null, .list, .object:
            nil
        }
    }
}
