// Takes typed values out of one JSON object and remembers what was asked for, so that `finish` can refuse the rest:
// a field that nobody reads is a typing error or an attempt to set what is not the sender's to set.
//
//     let reader = try JSONObjectReader(document)
//     let template = try reader.string("template")
//     let email = try reader.object("to").optionalString("email")
//     try reader.finish()        // covers the readers of objects inside, too
//
// An absent member and `null` are the same. Every failure is a JSONProblems with exact pointers. Not for two threads.

/// A cursor over the members of one object.
package final class JSONObjectReader {
    /// Where the object is in its document.
    package let pointer: String
    private let members: [JSONMember]
    private let positions: [String: Int]
    private var isAsked: [Bool]
    private var askedNames: [String] = []
    private var children: [JSONObjectReader] = []
    private var childPositions: [String: Int] = [:]

    /// A hostile document must not make an answer that is many times as long.
    private static let greatestProblemCount = 32

    /// Reads `value`, which is at `pointer` in its document.
    ///
    /// - Throws: `wrong-type` when it is not an object.
    package init(_ value: JSONValue, at pointer: String = "") throws(JSONProblems) {
        guard case .object(let members) = value else {
            throw JSONProblems([
                JSONProblem(pointer: pointer, code: "wrong-type", detail: "must be an object")
            ])
        }
        self.pointer = pointer
        self.members = members
        // Looking through a few names is faster than a dictionary; many must not become quadratic.
        positions =
            members.count <= 16
            ? [:]
            : Dictionary(
                members.indices.map { (members[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        isAsked = Array(repeating: false, count: members.count)
    }

    /// The names of all members, in their order; for an object whose names the sender chooses.
    package var names: [String] { members.map(\.name) }

    /// The JSON pointer to the member called `name`, present or not.
    package func pointer(to name: String) -> String {
        JSONProblem.pointer(pointer, appending: name)
    }

    /// Makes an error about the member called `name`, to be thrown.
    package func problem(
        _ name: String, code: String = "invalid-value", detail: String
    ) -> JSONProblems {
        JSONProblems([JSONProblem(pointer: pointer(to: name), code: code, detail: detail)])
    }

    /// The member's value as it is, `null` included; nil when it is absent.
    package func value(_ name: String) -> JSONValue? {
        askedNames.append(name)
        let position = positions.isEmpty ? members.firstIndex { $0.name == name } : positions[name]
        guard let position else { return nil }
        isAsked[position] = true
        return members[position].value
    }

    /// Refuses every member that was never asked for, here and in the objects read through this reader.
    ///
    /// - Throws: one `unknown-field` for each; after 32 the rest is left out.
    package func finish() throws(JSONProblems) {
        var problems: [JSONProblem] = []
        collectUnknown(into: &problems)
        if !problems.isEmpty { throw JSONProblems(problems) }
    }

    private func collectUnknown(into problems: inout [JSONProblem]) {
        for (member, isAsked) in zip(members, isAsked) where !isAsked {
            guard problems.count < Self.greatestProblemCount else { return }
            var detail = "unknown field \(JSONName.quoted(member.name))"
            if let known = JSONName.nearest(to: member.name, among: askedNames) {
                detail += "; did you mean \(JSONName.quoted(known))?"
            }
            problems.append(
                JSONProblem(pointer: pointer(to: member.name), code: "unknown-field", detail: detail))
        }
        for child in children { child.collectUnknown(into: &problems) }
    }

    /// Opens an object inside this one, so that `finish` covers it; the same object has one reader.
    func open(_ value: JSONValue, at pointer: String) throws(JSONProblems) -> JSONObjectReader {
        if let position = childPositions[pointer] { return children[position] }
        let child = try JSONObjectReader(value, at: pointer)
        childPositions[pointer] = children.count
        children.append(child)
        return child
    }

    /// Makes the error for a member that must be there; points at what may be its name, mistyped.
    func missing(_ name: String, _ expectation: String) -> JSONProblems {
        var detail = "is required and must be \(expectation)"
        let others = zip(members, isAsked).lazy.filter { !$0.1 }.map(\.0.name)
        if let mistyped = JSONName.nearest(to: name, among: others) {
            detail += "; is \(JSONName.quoted(mistyped)) meant to be it?"
        }
        return problem(name, code: "missing", detail: detail)
    }
}
