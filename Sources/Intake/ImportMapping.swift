// What the columns of a dealership's own CSV mean: the file that its operator writes once for its system (JSON5; an example is in
// Outbox/examples). Strict: an unknown member, word or column stops the import before anything is read of anybody. A value that the mapping
// does not name means nothing, and is never taken for consent.

import Domain

package struct ImportMapping: Sendable {
    /// The column that says when, and how it is written.
    package struct DateColumn: Sendable {
        package let column: String
        package let form: ImportDateForm
    }

    /// A column whose values say something of the person; nil for a value that says nothing.
    package struct StatementColumn: Sendable {
        package let column: String
        /// When this column's statements were made, if another column says it than for the rest of the line.
        package let date: DateColumn?
        package let values: [String: ImportStatement?]
    }

    package let delimiter: UInt8
    package let email: String?
    package let phone: String?
    package let customer: String?
    package let date: DateColumn?
    /// Columns that prove a consent, such as the sale's number; kept beside the chain.
    package let evidence: [String]
    package let statements: [StatementColumn]
}
