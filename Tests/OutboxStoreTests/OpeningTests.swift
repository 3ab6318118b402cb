// Opening a store: the schema it gets, the settings that make an answer durable, and every store that is refused.

import Foundation
import Runtime
import SQLite
import Support
import Testing

@testable import OutboxStore

struct OpeningTests {
    private func reason(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch let error as StoreError {
            guard case .unusable(let reason) = error else { return "\(error)" }
            return reason
        } catch {
            return "another error: \(error)"
        }
    }

    @Test func theMigrationsAreTheFolder() throws {
        let files = try RepositoryFolder.files(under: "Outbox/migrations")
        #expect(Migrations.all.map { "Outbox/migrations/\($0.name).sql" } == files)
        for migration in Migrations.all {
            #expect(
                try migration.script == RepositoryFolder.bytes(of: "Outbox/migrations/\(migration.name).sql"))
        }
    }

    @Test func aFreshFileGetsEveryMigrationOnce() throws {
        let fixture = try StoreFixture()
        try fixture.reopen()
        let raw = try fixture.rawConnection()
        #expect(try raw.first("PRAGMA user_version") { $0.integer(0) } == Int64(Migrations.all.count))
        #expect(try raw.first("PRAGMA integrity_check") { $0.text(0) } == "ok")
        #expect(try raw.first("PRAGMA foreign_key_check") { _ in true } == nil)
    }

    @Test func theWriterIsDurableAndReadersOnlyLook() throws {
        let fixture = try StoreFixture()
        let writer = try Connection(path: fixture.path, access: .writer)
        #expect(try writer.first("PRAGMA journal_mode") { $0.text(0) } == "wal")
        #expect(try writer.first("PRAGMA synchronous") { $0.integer(0) } == 2)
        #expect(try writer.first("PRAGMA foreign_keys") { $0.integer(0) } == 1)
        #expect(try writer.first("PRAGMA secure_delete") { $0.integer(0) } == 1)
        let reader = try Connection(path: fixture.path, access: .reader)
        #expect(throws: SQLiteError.self) { try reader.run("DELETE FROM content") }
    }

    @Test func aNewerStoreIsRefusedUntouched() throws {
        let fixture = try StoreFixture()
        try fixture.accept(fixture.acceptance())
        fixture.close()
        try {
            let raw = try fixture.rawConnection()
            try raw.run("PRAGMA user_version=99")
        }()
        let before = try Files.read(fixture.path)
        let refusal = try #require(reason { try fixture.open() })
        #expect(refusal.contains("newer relais") && refusal.contains("schema 99"), "\(refusal)")
        #expect(try Files.read(fixture.path) == before)
        let readerRefusal = reason {
            _ = try StoreReader(path: fixture.path, keyFingerprint: StoreFixture.keyFingerprint)
        }
        #expect(readerRefusal?.contains("newer relais") == true)
    }

    @Test func anotherKeyIsRefusedAndTheRightOneStillOpens() throws {
        let fixture = try StoreFixture()
        fixture.close()
        let refusal = reason {
            _ = try OutboxStore(path: fixture.path, keyFingerprint: "another", onBroken: { _ in })
        }
        #expect(refusal?.contains("secret.key is not the key") == true)
        let readerRefusal = reason { _ = try StoreReader(path: fixture.path, keyFingerprint: "another") }
        #expect(readerRefusal?.contains("secret.key is not the key") == true)
        try fixture.open()
    }

    @Test func aSecondWriterIsRefusedWhileTheFirstLives() throws {
        let fixture = try StoreFixture()
        #expect(throws: StoreError.locked(path: fixture.path)) {
            _ = try OutboxStore(
                path: fixture.path, keyFingerprint: StoreFixture.keyFingerprint, onBroken: { _ in })
        }
        try fixture.accept(fixture.acceptance())
        try fixture.reopen()
    }

    @Test(arguments: ["not a database at all, but long enough to be read as one", "SQLite format 3\0torn"])
    func aFileThatIsNoStoreIsRefusedUntouched(content: String) throws {
        let folder = try TestFolder()
        let path = folder.path + "/relais.sqlite"
        let bytes = Array(String(repeating: content, count: 40).utf8)
        try Files.create(path, bytes, mode: 0o600)
        #expect(throws: StoreError.self) {
            _ = try OutboxStore(path: path, keyFingerprint: "a", onBroken: { _ in })
        }
        #expect(try Files.read(path) == bytes)
    }

    @Test func aMissingStoreIsNotMadeByAReader() throws {
        let folder = try TestFolder()
        let refusal = reason { _ = try StoreReader(path: folder.path + "/none.sqlite", keyFingerprint: "a") }
        #expect(refusal?.contains("relais init") == true)
        #expect(try folder.names().isEmpty)
    }

    @Test func whatComesAfterClosingIsRefused() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        store.close()
        #expect(throws: StoreError.stopped) { _ = try store.put(fixture.dealership, record: "{}") }
    }
}
