// An import into a real store, as the command does it: lines or a CSV with a mapping in, every line's fate out.

import CSV
import Consent
import Domain
import Foundation
import Intake
import JSON
import OutboxStore
import Support

struct TestImport {
    let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture(inMemory: true)
    }

    private func run(
        _ dealership: DealershipID?, store: (any StoreCommands)?, isRehearsal: Bool = false,
        tell: @escaping (ConsentImport.Fate) -> Void, _ body: (ConsentImport) throws -> Void
    ) throws {
        let planner = ImportPlanner(
            keys: StoreFixture.keys, dealership: dealership ?? fixture.dealership, actor: "operator:test")
        let store = store ?? fixture.store
        func run(_ destination: ConsentImport.Destination) throws {
            let importing = ConsentImport(
                to: destination, planner: planner, clock: fixture.clock.wallClock, tell: tell)
            try body(importing)
            try importing.finish()
        }
        guard isRehearsal else { return try run(.store(store)) }
        try run(
            .rehearsal(StoreReader(path: fixture.path, keyFingerprint: StoreFixture.keyFingerprint)))
    }

    @discardableResult
    func lines(
        _ lines: [String], for dealership: DealershipID? = nil, store: (any StoreCommands)? = nil,
        isRehearsal: Bool = false, tell: ((ConsentImport.Fate) -> Void)? = nil
    ) throws -> [ConsentImport.Fate] {
        var fates: [ConsentImport.Fate] = []
        let reader = ImportLineReader(purposes: PurposeTable())
        try run(
            dealership, store: store, isRehearsal: isRehearsal,
            tell: {
                fates.append($0)
                tell?($0)
            }
        ) { importing in
            for (index, line) in lines.enumerated() {
                try importing.take(reader.line(index + 1, Array(line.utf8)[...]))
            }
        }
        return fates
    }

    /// - Parameter mapping: JSON5; notices are their own file's name.
    @discardableResult
    func csv(_ text: String, _ mapping: String) throws -> [ConsentImport.Fate] {
        let mapping = try ImportMappingReader(purposes: PurposeTable()) { name in name }.read(
            JSONValue(parsing: Array(mapping.utf8), syntax: .json5))
        var reader = CSVReader(delimiter: mapping.delimiter)
        var records: [CSVRecord] = []
        reader.read(Array(text.utf8)[...]) { records.append($0) }
        if let last = reader.finish() { records.append(last) }
        let zone = TimeZone(identifier: "Europe/Luxembourg") ?? .gmt
        let table = try ImportTable(header: records[0], mapping, timeZone: zone)
        var fates: [ConsentImport.Fate] = []
        try run(nil, store: nil, tell: { fates.append($0) }) { importing in
            for record in records.dropFirst() { try importing.take(table.line(record)) }
        }
        return fates
    }

    func phone(_ number: String) throws -> ContactReference {
        StoreFixture.keys.reference(to: .phone(try PhoneNumber(number)), of: fixture.dealership)
    }

    /// What stands under a reference: `objected marketing`.
    func standing(_ reference: ContactReference, of dealership: DealershipID? = nil) throws -> [String] {
        let entries = try fixture.store.read { reader throws(StoreError) in
            try reader.ledgerEntries(dealership: dealership ?? fixture.dealership, contact: reference)
        }
        return Standing(folding: entries).entries.map { "\($0.event.rawValue) \($0.scope)" }
    }

    /// Entries in the ledger; throws where its chain does not hold.
    func entryCount() throws -> Int64 {
        let found = try fixture.store.read { reader throws(StoreError) in try reader.verifyLedgers() }
        if let fault = found.compactMap(\.fault).first { throw fault }
        return found.reduce(0) { $0 + $1.entries }
    }
}
