// The one connection type: values in and out unchanged, errors without people's data, a reader that only looks.

import SQLite
import Support
import Testing

struct ConnectionTests {
    private let folder: TestFolder
    private let writer: Connection

    init() throws {
        folder = try TestFolder()
        writer = try Connection(path: folder.path + "/a.sqlite", access: .writer)
        try writer.runScript(
            """
            CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT UNIQUE CHECK (length(email) < 60), age INTEGER) STRICT;
            CREATE TABLE car (owner INTEGER REFERENCES person (id)) STRICT;
            """)
    }

    @Test func valuesComeBackUnchanged() throws {
        let values: [SQLValue] = [
            .integer(.min), .integer(.max), .text("ß\u{0}日本"), .text(""), .blob([0, 255]), .blob([]), .null,
        ]
        for value in values {
            let found = try #require(
                try writer.first("SELECT ?, typeof(?)", [value, value]) { row -> (SQLValue, String) in
                    switch row.text(1) {
                    case "integer": (.integer(row.integer(0)), row.text(1))
                    case "text": (.text(row.text(0)), row.text(1))
                    case "blob": (.blob(row.blob(0)), row.text(1))
                    default: (row.isNull(0) ? .null : "?", row.text(1))
                    }
                })
            #expect(found.0 == value)
        }
    }

    @Test func errorsTellTheStatementAndNeverTheValues() throws {
        let canary = "canary@example.lu"
        try writer.run("INSERT INTO person (email) VALUES (?)", [.text(canary)])
        let failing: [(String, [SQLValue])] = [
            ("INSERT INTO person (email) VALUES (?)", [.text(canary)]),
            ("INSERT INTO person (email) VALUES (?)", [.text(canary + String(repeating: "x", count: 60))]),
            ("INSERT INTO person (age) VALUES (?)", [.text(canary)]),
            ("INSERT INTO car (owner) VALUES (?)", [.integer(815_4711)]),
        ]
        for (statement, values) in failing {
            let error = try #require(throws: SQLiteError.self) { try writer.run(statement, values) }
            #expect(error.isConstraint && !error.isFull && !error.isInputOutput)
            #expect(error.description.contains(statement))
            #expect(!error.description.contains("canary") && !error.description.contains("8154711"))
        }
        // A statement that failed is ready for the next use.
        #expect(try writer.run("INSERT INTO person (email) VALUES (?)", [.text("b@example.lu")]) == 1)
        let syntax = try #require(throws: SQLiteError.self) { try writer.run("SELEC 1") }
        #expect(syntax.statement == "SELEC 1" && !syntax.isConstraint)
    }

    @Test func aFullFileIsKnownAsFull() throws {
        let pages = try #require(try writer.first("PRAGMA page_count") { $0.integer(0) })
        try writer.query("PRAGMA max_page_count=\(pages)") { _ in }
        try writer.run("BEGIN IMMEDIATE")
        let error = try #require(throws: SQLiteError.self) {
            try writer.runScript("CREATE TABLE more (a BLOB); INSERT INTO more VALUES (zeroblob(100000))")
        }
        #expect(error.isFull && !error.isInputOutput && !error.isConstraint)
        if writer.isInTransaction { try writer.run("ROLLBACK") }
        #expect(
            try writer.first("SELECT count(*) FROM sqlite_schema WHERE name = 'more'") { $0.integer(0) } == 0)
    }

    @Test func aReaderSeesCommitsAndCannotWrite() throws {
        let reader = try Connection(path: folder.path + "/a.sqlite", access: .reader)
        try writer.run("BEGIN IMMEDIATE")
        try writer.run("INSERT INTO person (email) VALUES ('a')")
        #expect(try reader.first("SELECT count(*) FROM person") { $0.integer(0) } == 0)
        try writer.run("COMMIT")
        #expect(try reader.first("SELECT count(*) FROM person") { $0.integer(0) } == 1)
        for statement in ["DELETE FROM person", "CREATE TABLE x (a)", "PRAGMA user_version=7"] {
            #expect(throws: SQLiteError.self) { try reader.run(statement) }
        }
        #expect(try writer.first("PRAGMA user_version") { $0.integer(0) } == 0)
        #expect(throws: SQLiteError.self) {
            _ = try Connection(path: folder.path + "/none.sqlite", access: .reader)
        }
    }

    @Test func changesAndTransactionsAreTold() throws {
        let before = writer.totalChanges
        #expect(try writer.run("INSERT INTO person (email) VALUES ('a'), ('b')") == 2)
        #expect(writer.totalChanges == before + 2)
        #expect(!writer.isInTransaction)
        try writer.run("BEGIN")
        #expect(writer.isInTransaction)
        try writer.run("ROLLBACK")
        #expect(try writer.all("SELECT email FROM person ORDER BY email") { $0.text(0) } == ["a", "b"])
        #expect(try writer.first("SELECT email FROM person WHERE id = 99") { $0.optionalText(0) } == nil)
    }
}
