// One JSON value as it was written: members keep their order, numbers keep their digits.
//
// The one representation for API, command line and configuration. Parsing is strict (RFC 8259 and the refusals of
// JSONParser) and throws a JSONSyntaxError; writing cannot fail. Strings compare by canonical equivalence, as
// everywhere in Swift, so two spellings of "é" are the same member name.

/// A JSON value.
package enum JSONValue: Sendable, Equatable {
    /// The literal `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as its text in JSON's grammar: `"12"`, `"-0.50"`, `"1e3"`; it is written out unchanged.
    case number(String)
    /// A string, decoded.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object; the members in their order, the names distinct.
    case object([JSONMember])
}

extension JSONValue {
    /// Parses one document.
    ///
    /// - Throws: `JSONSyntaxError` with the first place where `bytes` is not a document of `syntax` within `limits`.
    package init(
        parsing bytes: [UInt8],
        syntax: JSONSyntax = .json,
        limits: JSONLimits = .standard
    ) throws(JSONSyntaxError) {
        var parser = JSONParser(bytes: bytes, syntax: syntax, limits: limits)
        self = try parser.document()
    }

    /// Makes a number of an integer.
    ///
    /// Beyond ±2^53 other JSON readers lose digits, and this one refuses: write such numbers as strings.
    package static func integer(_ value: some BinaryInteger) -> JSONValue {
        .number(String(value))
    }

    /// A string, or `null` where there is none.
    package static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// The value of the member called `name`; nil when there is none or this is not an object.
    package subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The same value with the members of every object sorted by name: two texts that differ only in order and blanks are one.
    package var sorted: JSONValue {
        switch self {
        case .array(let elements): .array(elements.map(\.sorted))
        case .object(let members):
            .object(
                members.map { JSONMember(name: $0.name, value: $0.value.sorted) }.sorted { $0.name < $1.name }
            )
        default: self
        }
    }

    /// The document as text: on one line, or with `pretty` on several, indented by two spaces.
    package func text(pretty: Bool = false) -> String {
        String(decoding: JSONWriter.bytes(of: self, pretty: pretty), as: UTF8.self)
    }

    /// The document as UTF-8 bytes on one line, without a line feed at the end.
    package func bytes() -> [UInt8] {
        JSONWriter.bytes(of: self, pretty: false)
    }
}
