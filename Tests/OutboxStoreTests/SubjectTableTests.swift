// The list of where people's data are, held against the schema: a table or a column that nobody thought of fails here, not in a court.

import SQLite
import Support
import Testing

@testable import OutboxStore

@Suite("Where people's data are")
struct SubjectTableTests {
    private func tables(_ connection: Connection) throws -> [String] {
        try connection.all(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ) { $0.text(0) }
    }

    /// Names that the list does not know, and names that it knows and the schema does not have.
    private func strangers(_ connection: Connection) throws -> Set<String> {
        let listed = Set(SubjectTable.all.map(\.name)).union(SubjectTable.aboutNobody.keys)
        return Set(try tables(connection)).symmetricDifference(listed)
    }

    @Test func everyTableIsListed() throws {
        let fixture = try StoreFixture()
        let raw = try fixture.rawConnection()
        #expect(try strangers(raw) == [])
        #expect(Set(SubjectTable.all.map(\.name)).isDisjoint(with: SubjectTable.aboutNobody.keys))
        #expect(SubjectTable.aboutNobody.values.allSatisfy { $0.count > 10 }, "a reason each")
        try raw.run("CREATE TABLE visit (contact BLOB, page TEXT) STRICT")
        #expect(try strangers(raw) == ["visit"], "and one that is new is noticed")
    }

    @Test func aTableAboutNobodyHasNoColumnOfAPerson() throws {
        let personal: Set = [
            "contact", "customer", "other_address", "address", "recipient", "body", "note", "reply",
            "related_contact",
            "email", "phone",
        ]
        let raw = try StoreFixture().rawConnection()
        for name in SubjectTable.aboutNobody.keys {
            let columns = try raw.all("SELECT name FROM pragma_table_info(?)", [.text(name)]) { $0.text(0) }
            #expect(!columns.isEmpty && personal.isDisjoint(with: columns), "\(name): \(columns)")
        }
    }

    @Test func everyPathIsAStatementThatTheSchemaTakes() throws {
        let fixture = try StoreFixture()
        let raw = try fixture.rawConnection()
        let rows = SubjectRows(
            subject: try fixture.subject("zoe@example.lu"), messages: [1, 2])
        for table in SubjectTable.all {
            let count = try raw.first(
                "\(SubjectRows.selection) SELECT count(*) FROM \(table.name) WHERE \(table.condition)",
                rows.values
            ) { $0.integer(0) }
            #expect(count == 0)
        }
    }

    /// A person is looked for in every message, entry and request that there is: never by reading all of them, neither to show their rows
    /// nor to erase them.
    @Test func thePersonsRowsAreFoundByTheirIndexes() throws {
        let fixture = try StoreFixture()
        let raw = try fixture.rawConnection()
        let rows = SubjectRows(subject: try fixture.subject("zoe@example.lu"), messages: [])
        // What a statement makes by itself holds one person's rows.
        let ownTables: Set = ["dealership_asked", "person", "about", "part", "json_each", "CONSTANT"]
        for table in SubjectTable.all {
            for statement in ["SELECT * FROM \(table.name) WHERE \(table.condition)"] + table.changes {
                let plan = try raw.all(
                    "EXPLAIN QUERY PLAN \(SubjectRows.selection) \(statement)", rows.values
                ) { $0.text(3) }
                let scanned = plan.filter { $0.hasPrefix("SCAN ") && !$0.hasPrefix("SCAN (") }
                    .map { String($0.split(separator: " ")[1]) }
                #expect(ownTables.isSuperset(of: scanned), "\(table.name): \(plan)")
                // By the dealership alone is everybody's rows, too.
                #expect(!plan.contains { $0.hasSuffix("(dealership=?)") }, "\(table.name): \(plan)")
            }
        }
    }
}
