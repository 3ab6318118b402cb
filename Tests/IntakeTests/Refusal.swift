// One row of a table of wrong values: what is changed in a right document, and the problem that must come of it.

import JSON
import Support
import Testing

struct Refusal: Sendable, CustomTestStringConvertible {
    let pointer: String
    /// JSON; empty removes the member.
    let value: String
    let code: String
    /// Where the problem is, when that is not where the value is.
    let problemPointer: String
    let detail: String

    init(
        _ pointer: String, _ value: String, _ code: String, at problemPointer: String? = nil,
        _ detail: String = ""
    ) {
        self.pointer = pointer
        self.value = value
        self.code = code
        self.problemPointer = problemPointer ?? pointer
        self.detail = detail
    }

    var testDescription: String { "\(pointer) = \(value.prefix(40))" }

    /// Applies the change and expects exactly this problem.
    func check(_ document: JSONValue, _ read: (JSONValue) throws(JSONProblems) -> Void) throws {
        let new = value.isEmpty ? nil : try JSONValue(parsing: Array(value.utf8))
        let changed = document.setting(pointer, to: new)
        do {
            try read(changed)
            Issue.record("was taken: \(testDescription)")
        } catch {
            let found = error.problems.map { "\($0.pointer) \($0.code)" }
            #expect(found == ["\(problemPointer) \(code)"], "\(error)")
            #expect(detail.isEmpty || error.problems.first?.detail.contains(detail) == true, "\(error)")
        }
    }
}
