// The one error of everything that reads a document's values: one problem where reading stopped at it, several where
// they could be found together.

/// One or more problems of one document.
package struct JSONProblems: Error, Sendable, Equatable {
    /// The problems in the document's order; at least one.
    package let problems: [JSONProblem]

    /// Gathers problems found separately.
    ///
    /// - Parameter problems: at least one.
    package init(_ problems: [JSONProblem]) {
        precondition(!problems.isEmpty, "an error needs a reason")
        self.problems = problems
    }
}

extension JSONProblems: CustomStringConvertible {
    /// One line: the problems, joined by semicolons.
    package var description: String { problems.map(\.description).joined(separator: "; ") }
}
