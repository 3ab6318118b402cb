// Reads the Mustache specification's own cases (mustache/spec, JSON). They are not part of this repository:
// RELAIS_CONFORMANCE names the folder that holds `mustache/`, else `../shared/conformance` beside it is used.

import Foundation
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

    /// The folder with the JSON files.
    static var folder: URL {
        let root: URL
        if let named = ProcessInfo.processInfo.environment["RELAIS_CONFORMANCE"] {
            root = URL(fileURLWithPath: named)
        } else {
            // <root>/Tests/TemplateEngineTests/this file
            let repository = URL(fileURLWithPath: #filePath)
                .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            root = repository.appendingPathComponent("../shared/conformance").standardizedFileURL
        }
        return root.appendingPathComponent("mustache")
    }

    /// Whether the cases can be expected: a folder that was named and is not there is a failure, not a skip.
    static var areExpected: Bool {
        ProcessInfo.processInfo.environment["RELAIS_CONFORMANCE"] != nil
            || FileManager.default.fileExists(atPath: folder.path)
    }

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
