// `GET /v1/templates` and `/v1/templates/{name}`: the kinds of message that there are, and what each asks of a request. The schema is read
// from the compiled templates of every language, so it cannot promise something else than what composing does.

import Composer
import HTTPServer
import JSON
import TemplateEngine

struct ShowTemplates: Sendable {
    static let listing = Operation(
        "listTemplates", "The kinds of message that can be sent.", scope: .read,
        answers: [200: .json("TemplateList")])
    static let showing = Operation(
        "showTemplate", "One kind of message, and the variables that it reads.", scope: .read,
        answers: [200: .json("Template")])

    let library: TemplateLibrary

    func list(_ call: Call, _ answer: Answer) {
        let kinds = library.kinds.values.sorted { $0.name < $1.name }.map { JSONValue.object(head($0)) }
        answer(.json(200, JSONValue.object([JSONMember(name: "templates", value: .array(kinds))]).text()))
    }

    func show(_ call: Call, _ answer: Answer) {
        guard let kind = call.values["name"].flatMap({ library.kinds[$0] }) else {
            return answer(Problem.notFound)
        }
        let schema = Self.schema(of: library.variables(of: kind).map { ($0.path, $0.isRequired) })
        answer(
            .json(200, JSONValue.object(head(kind) + [JSONMember(name: "variables", value: schema)]).text()))
    }

    private func head(_ kind: MessageKind) -> [JSONMember] {
        [
            JSONMember(name: "name", value: .string(kind.name)),
            JSONMember(name: "purpose", value: .string(kind.purpose.text)),
            JSONMember(name: "class", value: .string(kind.class.rawValue)),
            JSONMember(name: "channels", value: .array(kind.channels.map { .string($0.rawValue) })),
            JSONMember(
                name: "locales", value: .array(kind.texts.keys.map(\.text).sorted().map { .string($0) })),
        ]
    }

    /// JSON Schema of names with dots: an object where there are names behind a dot, anything else where there are none.
    private static func schema(of variables: [(path: [String], isRequired: Bool)]) -> JSONValue {
        let inner = variables.filter { !$0.path.isEmpty }
        guard !inner.isEmpty else { return .object([]) }
        let groups = Dictionary(grouping: inner) { $0.path[0] }.sorted { $0.key < $1.key }
        let properties = groups.map { name, variables in
            JSONMember(
                name: name, value: schema(of: variables.map { (Array($0.path.dropFirst()), $0.isRequired) }))
        }
        var members = [
            JSONMember(name: "type", value: "object"),
            JSONMember(name: "properties", value: .object(properties)),
        ]
        let required = groups.filter { $0.value.contains(where: \.isRequired) }.map {
            JSONValue.string($0.key)
        }
        if !required.isEmpty { members.append(JSONMember(name: "required", value: .array(required))) }
        return .object(members)
    }
}
