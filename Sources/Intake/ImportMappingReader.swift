// The mapping file read into a value, every member checked, with a JSON pointer at what is wrong.

import Consent
import Domain
import JSON
import OutboxStore

package struct ImportMappingReader {
    private static let delimiters: [String: UInt8] = [",": 0x2C, ";": 0x3B, "\t": 0x09]

    private let purposes: PurposeTable
    private let notice: (String) throws(ValueError) -> String

    /// - Parameters:
    ///   - purposes: those that messages have.
    ///   - notice: the text of a file that the mapping names.
    package init(purposes: PurposeTable, notice: @escaping (String) throws(ValueError) -> String) {
        self.purposes = purposes
        self.notice = notice
    }

    package func read(_ json: JSONValue) throws(JSONProblems) -> ImportMapping {
        let reader = try JSONObjectReader(json)
        let delimiter = try reader.optionalString("delimiter") ?? ","
        guard let byte = Self.delimiters[delimiter] else {
            throw reader.problem("delimiter", detail: "must be a comma, a semicolon or a tab (\"\\t\")")
        }
        var statements: [ImportMapping.StatementColumn] = []
        for column in try reader.optionalObjects("statements") ?? [] {
            statements.append(try statementColumn(column))
        }
        let mapping = ImportMapping(
            delimiter: byte, email: try reader.optionalString("email"),
            phone: try reader.optionalString("phone"), customer: try reader.optionalString("customer"),
            date: try date(reader), evidence: try reader.optionalStrings("evidence") ?? [],
            statements: statements)
        try reader.finish()
        guard mapping.email != nil || mapping.phone != nil || mapping.customer != nil else {
            throw JSONProblems([
                JSONProblem(
                    pointer: "", code: "missing", detail: "must name the column of email, phone or customer")
            ])
        }
        return mapping
    }

    private func date(_ reader: JSONObjectReader) throws(JSONProblems) -> ImportMapping.DateColumn? {
        guard let date = try reader.optionalObject("date") else { return nil }
        return ImportMapping.DateColumn(
            column: try date.string("column"),
            form: try date.value("form") { text throws(ValueError) in
                guard let form = ImportDateForm(rawValue: text) else {
                    let forms = ImportDateForm.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValueError("must be one of: \(forms)")
                }
                return form
            })
    }

    private func statementColumn(
        _ reader: JSONObjectReader
    ) throws(JSONProblems) -> ImportMapping.StatementColumn {
        let values = try reader.object("values")
        var statements: [String: ImportStatement?] = [:]
        for name in values.names {
            statements.updateValue(try values.optionalObject(name).map(statement), forKey: name)
        }
        return ImportMapping.StatementColumn(
            column: try reader.string("column"), date: try date(reader), values: statements)
    }

    private func statement(_ reader: JSONObjectReader) throws(JSONProblems) -> ImportStatement {
        try reader.statement(purposes) { member throws(JSONProblems) in
            try member.value("file", notice)
        }
    }
}

extension JSONObjectReader {
    /// What an import says of a person, in the ledger's words.
    ///
    /// - Parameter text: reads the text of the notice that the member `notice` is about.
    func statement(
        _ purposes: PurposeTable, text: (JSONObjectReader) throws(JSONProblems) -> String
    ) throws(JSONProblems) -> ImportStatement {
        let event: LedgerEvent = try value("event", Self.word)
        let scope = try optionalValue("scope", Scope.init)
        let channel: Channel? = try optionalValue("channel", Self.word)
        var notice: Notice?
        if let member = try optionalObject("notice") {
            notice = Notice(
                version: try member.line("version", limit: 100),
                language: try member.value("language", LocaleTag.init), text: try text(member))
        }
        do {
            return try ImportStatement(
                event: event, scope: scope, channel: channel, notice: notice, purposes: purposes)
        } catch {
            throw problem("event", detail: error.reason)
        }
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String
    ) throws(ValueError) -> Word {
        guard let word = Word(rawValue: text) else {
            throw ValueError("must be one of: \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }
}
