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
        do {
            switch value {
            case .string(let text):
                self = .text(try ValueTemplate(text, in: .field, parameters, tags: tags))
            case .array(let elements):
                var nodes: [BodyNode] = []
                for (index, element) in elements.enumerated() {
                    nodes.append(try BodyNode(element, at: "\(pointer)/\(index)", parameters, tags: tags))
                }
                self = .list(nodes)
            case .object(let members):
                var nodes: [(name: String, node: BodyNode)] = []
                for member in members {
                    let place = JSONProblem.pointer(pointer, appending: member.name)
                    let name = try parameters.constant(member.name)
                    let node = try BodyNode(member.value, at: place, parameters, tags: tags)
                    if name.isEmpty { continue }
                    guard !nodes.contains(where: { $0.name == name }) else {
                        throw ValueError("must not name \(name) twice")
                    }
                    nodes.append((name, node))
                }
                self = .object(nodes)
            default: self = .constant(value)
            }
        } catch let error as ValueError {
            throw JSONProblems([
                JSONProblem(pointer: pointer, code: "invalid-value", detail: error.reason)
            ])
        } catch let error as JSONProblems {
            throw error
        } catch {
            preconditionFailure("only these two are thrown")
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

    /// The pairs of an object that holds templates alone; nil for any other.
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
