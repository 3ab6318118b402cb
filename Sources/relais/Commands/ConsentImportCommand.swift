// `relais consent import FILE|-`: what a dealership's own system knows of consents, objections, dead addresses and contacts. Each line by
// itself, its fate told; 65 if any was refused, or there is none. An import never ends a block, and importing a file again writes nothing. A file that is not
// UTF-8, or a mapping that does not fit it, is refused before anything is written.

import CSV
import Consent
import Domain
import Foundation
import Gateway
import Intake
import JSON
import OutboxStore
import Runtime

enum ConsentImportCommand: Command {
    static let path = ["consent", "import"]
    static let summary = "record consents, objections, dead addresses and contacts from a file"
    static let operands = "FILE|-"
    static let operandCount = 1...1
    static let options = [
        Option("--dealership", "ID", "whose contacts"),
        Option("--mapping", "FILE", "what the columns of a CSV mean (JSON5)"),
        Option("--format", "FORMAT", "csv or ndjson (csv with a mapping, else ndjson)"),
        Option("--dry-run", nil, "tell what would become of each line, and write nothing"),
    ]

    private enum Format: String, CaseIterable {
        case csv
        case ndjson
    }

    /// Bytes of a mapping file, and of a notice.
    private static let mappingLimit = 1 << 20

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let id = try arguments.requiredValue("--dealership", DealershipID.init)
        let format = try arguments.word("--format", Format.self)
        let home = try arguments.home()
        let purposes = home.configuration.purposes
        let mapping = try arguments["--mapping"].map { try self.mapping($0, purposes) }
        guard (format ?? .csv) == .csv || mapping == nil else {
            throw Failure(.usage, "a mapping is for CSV; NDJSON is in our own words")
        }
        let name = arguments.operands[0]
        let isCSV = format == .csv || (format == nil && name.lowercased().hasSuffix(".csv"))
        guard !isCSV || mapping != nil else {
            throw Failure(
                .usage,
                "a CSV needs --mapping FILE, which says what its columns mean; Outbox/examples/import/mapping.json5 is a commented one"
            )
        }
        let input = try RereadableInput(
            name, spoolFolder: Files.parentFolder(of: home.configuration.storePath))
        try checkEncoding(input, name)
        let reader = try home.openReader()
        let dealership = try dealership(id, reader)

        var report = ImportReport(asJSON: arguments.isJSON)
        defer { report.finish() }
        func run(_ destination: ConsentImport.Destination) throws {
            let planner = ImportPlanner(keys: home.keys, dealership: id, actor: Author.atKeyboard.actor)
            let importing = ConsentImport(to: destination, planner: planner) { report.add($0) }
            if let mapping {
                try readCSV(input, mapping, dealership, importing)
            } else {
                try readNDJSON(input, ImportLineReader(purposes: purposes), importing)
            }
            try importing.finish()
        }
        if arguments.has("--dry-run") {
            try run(.rehearsal(reader))
        } else {
            try StoreSession.writeMany(home) { try run(.store($0)) }
        }
        guard !report.isEmpty else {
            let lines = mapping == nil ? "no lines" : "no lines under its header"
            throw Failure(
                .dataError, "\(name == "-" ? "standard input" : name) has \(lines); nothing was imported")
        }
        return report.hasRefusals ? .dataError : .ok
    }

    private static func readCSV(
        _ input: RereadableInput, _ mapping: ImportMapping, _ dealership: Dealership,
        _ importing: ConsentImport
    ) throws {
        guard let timeZone = TimeZone(identifier: dealership.timeZone) else {
            throw Failure(.configuration, "the time zone of \(dealership.id) is not known here")
        }
        var reader = CSVReader(delimiter: mapping.delimiter)
        var table: ImportTable?
        func take(_ record: CSVRecord) throws {
            guard let table else {
                table = try ImportTable(header: record, mapping, timeZone: timeZone)
                return
            }
            try importing.take(table.line(record))
        }
        try input.forEachPiece(without: TextCheck.byteOrderMark) { try reader.read($0, take) }
        if let last = reader.finish() { try take(last) }
    }

    private static func readNDJSON(
        _ input: RereadableInput, _ lines: ImportLineReader, _ importing: ConsentImport
    ) throws {
        var reader = NDJSONReader()
        func take(_ number: Int, _ line: ArraySlice<UInt8>?) throws {
            try importing.take(lines.line(number, line))
        }
        try input.forEachPiece(without: TextCheck.byteOrderMark) { try reader.read($0, take) }
        try reader.finish(take)
    }

    /// Looks at the whole file before anything of it is used.
    private static func checkEncoding(_ input: RereadableInput, _ name: String) throws {
        var check = TextCheck()
        do {
            try input.forEachPiece { try check.read($0) }
            try check.finish()
        } catch let fault as TextCheck.Fault {
            throw Failure(.dataError, "\(name): \(fault); nothing was imported")
        }
    }

    /// The mapping, with the notices that it names; their paths are relative to it.
    private static func mapping(_ path: String, _ purposes: PurposeTable) throws -> ImportMapping {
        let reader = ImportMappingReader(purposes: purposes) { name throws(ValueError) in
            do {
                let bytes = try Files.read(
                    Files.resolve(name, in: Files.parentFolder(of: path)), limit: mappingLimit)
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw ValueError("must name a file of UTF-8")
                }
                return text
            } catch let error as SystemError {
                throw ValueError("must name the file of the notice: \(error)")
            } catch {
                throw ValueError("must name a file of UTF-8")
            }
        }
        do {
            return try reader.read(
                JSONValue(parsing: try Files.read(path, limit: mappingLimit), syntax: .json5))
        } catch let error as SystemError {
            throw error
        } catch {
            throw Failure(.dataError, "\(path): \(error); nothing was imported")
        }
    }

    private static func dealership(_ id: DealershipID, _ reader: StoreReader) throws -> Dealership {
        guard let record = try reader.dealership(id) else {
            throw StoreError.notFound("dealership \(id); put it first")
        }
        return try DealershipReader.read(JSONValue(parsing: Array(record.utf8)))
    }
}
