// The records of a CSV read by a mapping: the first one names the columns, the others are lines of people. A mapped column that is not
// there, or there twice, refuses the whole file; everything else is a matter of its own line.

import CSV
import Domain
import Foundation

package struct ImportTable {
    /// A column of the file, with the place of its cell.
    private struct Column {
        let name: String
        let index: Int
    }

    private struct StatementColumn {
        let column: Column
        let date: (column: Column, reader: ImportDateReader)?
        let values: [String: ImportStatement?]
    }

    private let columnCount: Int
    private let email: Column?
    private let phone: Column?
    private let customer: Column?
    private let evidence: [Column]
    private let statements: [StatementColumn]

    /// Finds the mapping's columns in the header.
    package init(
        header: CSVRecord, _ mapping: ImportMapping, timeZone: TimeZone
    ) throws(ValueError) {
        if let fault = header.fault { throw ValueError("the header cannot be read: \(fault.reason(header))") }
        let names = header.fields.map { $0.trimmed }
        columnCount = names.count
        func column(_ name: String) throws(ValueError) -> Column {
            guard let index = names.firstIndex(of: name) else {
                throw ValueError(
                    "the file has no column \"\(name)\"; with this delimiter it has \(names.count) column(s)")
            }
            guard names.lastIndex(of: name) == index else {
                throw ValueError("the file has the column \"\(name)\" twice")
            }
            return Column(name: name, index: index)
        }
        func optional(_ name: String?) throws(ValueError) -> Column? {
            guard let name else { return nil }
            return try column(name)
        }
        email = try optional(mapping.email)
        phone = try optional(mapping.phone)
        customer = try optional(mapping.customer)
        var evidence: [Column] = []
        for name in mapping.evidence { evidence.append(try column(name)) }
        self.evidence = evidence
        var statements: [StatementColumn] = []
        for statement in mapping.statements {
            var date: (Column, ImportDateReader)?
            if let own = statement.date ?? mapping.date {
                date = (try column(own.column), ImportDateReader(own.form, timeZone: timeZone))
            }
            statements.append(
                StatementColumn(
                    column: try column(statement.column), date: date, values: statement.values))
        }
        self.statements = statements
    }

    /// What one record says.
    package func line(_ record: CSVRecord) -> ImportLine {
        if let fault = record.fault {
            return ImportLine(number: record.line, refusals: [fault.reason(record)])
        }
        guard record.fields.count == columnCount else {
            return ImportLine(
                number: record.line,
                refusals: ["has \(record.fields.count) columns instead of \(columnCount)"])
        }
        var line = ImportLine(number: record.line)
        func cell(_ column: Column?) -> String? {
            guard let column else { return nil }
            let text = record.fields[column.index].trimmed
            return text.isEmpty ? nil : text
        }
        if let text = cell(email) {
            line.email = line.read("e-mail address") { () throws(ValueError) in try EmailAddress(text) }
        }
        if let text = cell(phone) {
            line.phone = line.read("phone number") { () throws(ValueError) in try PhoneNumber(text) }
        }
        if let text = cell(customer) {
            line.customer = line.read("customer number") { () throws(ValueError) in try CustomerNumber(text) }
        }
        for statement in statements {
            guard let meaning = statement.values[cell(statement.column) ?? ""] else {
                line.refusals.append(
                    "column \(statement.column.name): a value that the mapping does not name; it is no consent"
                )
                continue
            }
            guard let meaning else { continue }
            var said = ImportLine.Said(statement: meaning)
            if let date = statement.date, let text = cell(date.column) {
                said.occurredAt = line.read("column \(date.column.name)") { () throws(ValueError) in
                    try date.reader.read(text)
                }
                // A block counts from now, whatever its date should have been.
                if said.occurredAt == nil, !meaning.event.isBlock { continue }
            }
            if meaning.event.isConsent {
                let cells = evidence.compactMap { column in cell(column).map { "\(column.name): \($0)" } }
                said.evidence = cells.isEmpty ? nil : cells.joined(separator: "; ")
            }
            line.statements.append(said)
        }
        return line
    }
}

extension CSVRecord.Fault {
    fileprivate func reason(_ record: CSVRecord) -> String {
        let end = record.lastLine > record.line ? " (it goes on to line \(record.lastLine))" : ""
        return switch self {
        case .textBehindQuote: "a quote inside a quoted field must be doubled\(end)"
        case .openQuote: "a quote is opened and never closed\(end)"
        case .tooLong: "is longer than \(CSVReader.recordLimit >> 10) KB\(end)"
        }
    }
}
