// The OpenAPI 3.1 document of the API and the public pages: the paths from the route table, so that it cannot say something else than the
// router does, and the schemas from `Outbox/api/openapi.json`. Made once at start; a name without a schema stops it there.

import HTTPServer
import JSON

package struct OpenAPIDocument: Sendable {
    /// The document does not describe itself.
    static let operation = Operation(
        "showDocument", "The OpenAPI document.", scope: nil, answers: [200: .json("Document")])

    /// The document.
    package let json: JSONValue
    private let answer: HTTPResponse

    /// - Parameter publicURL: where the operations are, from outside.
    package init(_ routes: [Route], publicURL: String) {
        guard case .object(let members)? = try? JSONValue(parsing: PackageResources.openapi_json) else {
            preconditionFailure("Outbox/api/openapi.json is a JSON object")
        }
        let schemas = members.first { $0.name == "components" }?.value["schemas"]
        var paths: [JSONMember] = []
        for path in Self.inOrder(routes.map(\.path.text)) {
            let operations = routes.filter { $0.path.text == path }.map { route in
                JSONMember(name: route.method.lowercased(), value: Self.view(of: route, schemas))
            }
            paths.append(JSONMember(name: path, value: .object(operations)))
        }
        let place: JSONValue = [["url": .string(publicURL)]]
        json = .object(
            members + [
                JSONMember(name: "servers", value: place), JSONMember(name: "paths", value: .object(paths)),
            ])
        answer = .json(200, json.text())
    }

    func show(_ call: Call, _ answer: @escaping Answer) {
        answer(self.answer)
    }

    private static func inOrder(_ paths: [String]) -> [String] {
        var known: Set<String> = []
        return paths.filter { known.insert($0).inserted }
    }

    private static func view(of route: Route, _ schemas: JSONValue?) -> JSONValue {
        let operation = route.operation
        let isPage = operation.answers.values.contains(where: \.isPage)
        var members: [JSONMember] = [
            JSONMember(name: "operationId", value: .string(operation.id)),
            JSONMember(name: "summary", value: .string(operation.summary)),
            JSONMember(name: "tags", value: [.string(tag(of: route, isPage))]),
        ]
        if let scope = operation.scope {
            let text = "Scope: \(scope.rawValue). \(operation.holder.text)"
            members.append(JSONMember(name: "description", value: .string(text)))
            members.append(JSONMember(name: "security", value: [["key": [.string(scope.rawValue)]]]))
        }
        let parameters =
            route.path.names.map { parameter($0, "path", nil, pathSchema($0, route), schemas) }
            + operation.parameters.map {
                parameter($0.name, $0.place.rawValue, $0.summary, $0.schema, schemas)
            }
        if !parameters.isEmpty { members.append(JSONMember(name: "parameters", value: .array(parameters))) }
        if let body = operation.body, let content = content(body, schemas) {
            let isRequired = if case .json("Nothing") = body { false } else { true }
            members.append(
                JSONMember(name: "requestBody", value: ["required": .bool(isRequired), "content": content]))
        }
        members.append(JSONMember(name: "responses", value: responses(of: route, isPage: isPage, schemas)))
        return .object(members)
    }

    private static func tag(of route: Route, _ isPage: Bool) -> String {
        if isPage { return "pages" }
        let parts = route.path.text.split(separator: "/")
        return parts.count > 1 ? String(parts[1]) : "document"
    }

    /// A path's `{id}` is that of what the path lists.
    private static func pathSchema(_ name: String, _ route: Route) -> String {
        switch (name, tag(of: route, false)) {
        case ("token", _): "Token"
        case ("name", _): "TemplateName"
        case (_, "dealerships"): "DealershipID"
        default: "MessageID"
        }
    }

    private static func parameter(
        _ name: String, _ place: String, _ summary: String?, _ schema: String, _ schemas: JSONValue?
    ) -> JSONValue {
        var members: [JSONMember] = [
            JSONMember(name: "name", value: .string(name)), JSONMember(name: "in", value: .string(place)),
            JSONMember(name: "required", value: .bool(place == "path")),
            JSONMember(name: "schema", value: reference(schema, schemas)),
        ]
        if let summary { members.append(JSONMember(name: "description", value: .string(summary))) }
        return .object(members)
    }

    private static func responses(of route: Route, isPage: Bool, _ schemas: JSONValue?) -> JSONValue {
        let operation = route.operation
        var members = operation.answers.sorted { $0.key < $1.key }.map { status, answer -> JSONMember in
            var members = [JSONMember(name: "description", value: .string(Problem.title(status)))]
            if let content = content(answer, schemas) {
                members.append(JSONMember(name: "content", value: content))
            }
            return JSONMember(name: "\(status)", value: .object(members))
        }
        for status in refusals(of: route) {
            var content = [
                JSONMember(
                    name: "application/problem+json", value: ["schema": reference("Problem", schemas)])
            ]
            if isPage { content.append(JSONMember(name: "text/html", value: .object([]))) }
            members.append(
                JSONMember(
                    name: "\(status)",
                    value: ["description": .string(Problem.title(status)), "content": .object(content)]))
        }
        return .object(members)
    }

    /// What may be refused, from what the operation takes.
    private static func refusals(of route: Route) -> [Int] {
        let operation = route.operation
        var statuses: Set<Int> = [400, 413, 503]
        if operation.scope != nil { statuses.formUnion([401, 403, 404, 429]) }
        if operation.isLimitedByAddress { statuses.insert(429) }
        if !route.path.names.isEmpty { statuses.insert(404) }
        if operation.body != nil { statuses.formUnion([415, 422]) }
        if !operation.parameters.isEmpty { statuses.insert(422) }
        return statuses.union(operation.refusals).subtracting(operation.answers.keys).sorted()
    }

    /// The media types of a body with their schema; nil for none.
    private static func content(_ content: Operation.Content, _ schemas: JSONValue?) -> JSONValue? {
        func typed(_ types: String..., schema: JSONValue) -> JSONValue {
            .object(types.map { JSONMember(name: $0, value: ["schema": schema]) })
        }
        switch content {
        case .json(let name): return typed("application/json", schema: reference(name, schemas))
        // A document of several values has no schema in OpenAPI 3.1; an extension says what a line is.
        case .ndjson(let name):
            return ["application/x-ndjson": ["x-line-schema": reference(name, schemas)]]
        case .form(let name):
            return typed(
                "application/x-www-form-urlencoded", "multipart/form-data", schema: reference(name, schemas))
        case .html: return ["text/html": .object([])]
        case .htmlOrText: return ["text/html": .object([]), "text/plain": .object([])]
        case .text: return ["text/plain": .object([])]
        case .nothing: return nil
        }
    }

    private static func reference(_ name: String, _ schemas: JSONValue?) -> JSONValue {
        precondition(schemas?[name] != nil, "Outbox/api/openapi.json has no schema \(name)")
        return ["$ref": .string("#/components/schemas/\(name)")]
    }
}

extension Operation.KeyHolder {
    fileprivate var text: String {
        switch self {
        case .dealership: "With a dealership's own key."
        case .gateway: "With the gateway's key alone."
        case .either: "With the gateway's key, or the dealership's own."
        }
    }
}

extension Operation.Content {
    fileprivate var isPage: Bool {
        switch self {
        case .html, .htmlOrText: true
        case .json, .ndjson, .form, .text, .nothing: false
        }
    }
}
