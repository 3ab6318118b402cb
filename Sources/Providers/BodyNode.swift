// The body of a request as the profile draws it: JSON with templates for strings. Whatever a value holds, the document has the same form, because the value
// becomes a string of a JSON value that is written as one, or one pair of an encoded form. A template without a value is left out, and so is what
// it leaves empty.

import Domain
import JSON

indirect enum BodyNode: Sendable {
    case text(ValueTemplate)
    case constant(JSONValue)
    case list([BodyNode])
    case object([(name: String, node: BodyNode)])

    init(
        _ value: JSONValue, at pointer: String, _ parameters: ProfileParameters, tags: Set<MessageTag>
    ) throws(JSONProblems) {
        switch value {
        case .string(let text):
            self = .text(
                try Self.placed(pointer) { () throws(ValueError) in
                    try ValueTemplate(text, in: .field, parameters, tags: tags)
                })
        case .array(let elements):
            var nodes: [BodyNode] = []
            for (index, element) in elements.enumerated() {
                nodes.append(try BodyNode(element, at: "\(pointer)/\(index)", parameters, tags: tags))
            }
            self = .list(nodes)
        case .object(let members):
            var nodes: [(name: String, node: BodyNode)] = []
            for member in members {
                let node = try BodyNode(
                    member.value, at: JSONProblem.pointer(pointer, appending: member.name), parameters,
                    tags: tags)
                let name = try Self.placed(pointer) { () throws(ValueError) in
                    let name = try parameters.constant(member.name)
                    guard name.isEmpty || !nodes.contains(where: { $0.name == name }) else {
                        throw ValueError("must not name \(name) twice")
                    }
                    return name
                }
                if !name.isEmpty { nodes.append((name, node)) }
            }
            self = .object(nodes)
        default: self = .constant(value)
        }
    }

    private static func placed<Value>(
        _ pointer: String, _ read: () throws(ValueError) -> Value
    ) throws(JSONProblems) -> Value {
        do {
            return try read()
        } catch {
            throw JSONProblems([
                JSONProblem(pointer: pointer, code: "invalid-value", detail: error.reason)
            ])
        }
    }

    /// The document; nil when nothing in it has a value.
    func json(_ value: (MessageTag) -> String?) -> JSONValue? {
        switch self {
        case .constant(let constant): return constant
        case .text(let template):
            guard let text = template.text(value) else { return nil }
            return template.isNumber ? .number(text) : .string(text)
        case .list(let nodes):
            let elements = nodes.compactMap { $0.json(value) }
            return elements.isEmpty && !nodes.isEmpty ? nil : .array(elements)
        case .object(let nodes):
            let members = nodes.compactMap { member in
                member.node.json(value).map { JSONMember(name: member.name, value: $0) }
            }
            return members.isEmpty && !nodes.isEmpty ? nil : .object(members)
        }
    }

    /// The pairs of a flat object that have a value.
    func fields(_ value: (MessageTag) -> String?) -> [(name: String, value: String)] {
        guard case .object(let nodes) = self else { return [] }
        return nodes.compactMap { member in
            guard case .text(let template) = member.node else { return nil }
            return template.text(value).map { (member.name, $0) }
        }
    }

    /// A form or a query can be made of it.
    var isFlat: Bool {
        guard case .object(let nodes) = self else { return false }
        return nodes.allSatisfy { if case .text = $0.node { true } else { false } }
    }
}
