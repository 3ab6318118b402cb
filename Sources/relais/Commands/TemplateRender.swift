// `relais template render FILE --data DATA.json`: the bare engine, for trying a template or a part of one. It needs no home.

import Composer
import Glibc
import JSON
import Runtime
import TemplateEngine

enum TemplateRender: Command {
    static let path = ["template", "render"]
    static let summary = "render a Mustache file with data: the bare engine"
    static let operands = "FILE"
    static let operandCount = 1...1
    static let options = [
        Option("--data", "DATA.json", "the variables (none)"),
        Option("--partials", "DIR", "where {{> name}} is found: DIR/name, or DIR/name.mustache"),
        Option("--lenient", nil, "a missing variable is empty, as in the Mustache specification"),
        Option("--escape", "MODE", "html or text (html)"),
    ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let template = try compile(arguments.operands[0], name: arguments.operands[0])
        let data = try arguments["--data"].map { try JSONValue(parsing: try Files.read($0)) } ?? .object([])
        let escaping: Template.Escaping
        switch arguments["--escape"] ?? "html" {
        case "html": escaping = .html
        case "text": escaping = .text
        default: throw Failure(.usage, "--escape must be html or text")
        }
        let output = try template.render(
            TemplateValue(data), partials: try partials(arguments["--partials"]),
            mode: arguments.has("--lenient") ? .lenient : .strict, escaping: escaping)
        if arguments.isJSON {
            Terminal.write(["output": .string(String(decoding: output, as: UTF8.self))])
        } else {
            Terminal.writeBytes(output)
        }
        return .ok
    }

    private static func compile(_ file: String, name: String) throws -> Template {
        guard let source = String(validating: try Files.read(file, limit: 1 << 20), as: UTF8.self) else {
            throw Failure(.dataError, "\(file) is not UTF-8")
        }
        return try Template(name: name, source: source)
    }

    private static func partials(_ folder: String?) throws -> [String: Template] {
        guard let folder else { return [:] }
        var partials: [String: Template] = [:]
        for file in try Files.names(in: folder) where !Files.isFolder(folder + "/" + file) {
            let template = try compile(folder + "/" + file, name: file)
            partials[file] = template
            if file.hasSuffix(".mustache") { partials[String(file.dropLast(9))] = template }
        }
        return partials
    }
}
