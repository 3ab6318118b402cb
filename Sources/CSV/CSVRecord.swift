// One record of a CSV text, with the place that it came from, so that whoever refuses it can say where.

/// The fields of one record, or why they cannot be told.
package struct CSVRecord: Sendable, Equatable {
    /// What makes a record unreadable. The reader goes on with the next one.
    package enum Fault: Sendable, Equatable {
        /// Something other than a delimiter stands behind a closing quote: most often a quote that was not doubled.
        case textBehindQuote
        /// A quoted field does not end before the text does; everything behind its quote is in it.
        case openQuote
        /// The record is longer than `CSVReader.recordLimit`.
        case tooLong
    }

    /// The line of the text that the record begins on, from 1.
    package let line: Int
    /// The line that it ends on: another one only when a quoted field has line ends in it.
    package let lastLine: Int
    /// Empty when there is a fault.
    package let fields: [String]
    package let fault: Fault?

    package init(line: Int, lastLine: Int, fields: [String], fault: Fault? = nil) {
        self.line = line
        self.lastLine = lastLine
        self.fields = fields
        self.fault = fault
    }
}
