// Reads the Mustache specification's own cases (mustache/spec, JSON). They are not part of this repository.

import Foundation
import Support
import TemplateEngine

/// One file of the specification's cases.
struct ConformanceCases: Decodable {
    let tests: [Case]

    struct Case: Decodable {
        let name: String
        let data: TemplateValue
        let template: String
        let partials: [String: String]?
        let expected: String
    }

    static let folder = Conformance.path("mustache")

    static var areExpected: Bool { Conformance.isExpected("mustache") }

    static func read(_ file: String) throws -> [Case] {
        let data = try Data(contentsOf: folder.appendingPathComponent("\(file).json"))
        return try JSONDecoder().decode(ConformanceCases.self, from: data).tests
    }
}

extension TemplateValue: Decodable {
    /// Reads any JSON value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Decimal.self) {
            self = .number("\(value)")
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([TemplateValue].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: TemplateValue].self))
        }
    }
}
