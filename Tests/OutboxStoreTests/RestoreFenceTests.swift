// An older store that somebody puts back: it is found out, nothing leaves before a person has accepted it, and no objection is lost.

import Delivery
import Domain
import Foundation
import Runtime
import SQLite
import Support
import Testing

@testable import OutboxStore

@Suite("The restore fence")
struct RestoreFenceTests {
    private let fixture: StoreFixture
    private var backup: String { fixture.folder.path + "/backup.sqlite" }

    init() throws { fixture = try StoreFixture() }

    private func makeBackup() throws {
        try Backup.write(of: fixture.path, to: backup, at: fixture.clock.now)
    }

    /// What an operator does: stop, copy the file back, start.
    private func putBack(_ copy: String) throws {
        try fixture.closeAndUnlock()
        try FileManager.default.removeItem(atPath: fixture.path)
        try FileManager.default.copyItem(atPath: copy, toPath: fixture.path)
        try fixture.open()
    }

    private var fence: String? {
        get throws { try fixture.store.read { reader throws(StoreError) in try reader.restoreFence() } }
    }

    @Test func aBackupIsHeldUntilItIsAccepted() throws {
        let queued = try fixture.accept(fixture.acceptance("queued@example.lu")).id
        let doubtful = try fixture.accept(fixture.acceptance("doubt@example.lu")).id
        _ = try fixture.claim()
        try makeBackup()
        try fixture.settle(#require(try fixture.claim()), .accepted)
        try putBack(backup)
        #expect(try #require(try fence).contains("backup of \(fixture.clock.now.text)"))
        fixture.clock.advance(by: .seconds(86_400))
        #expect(try fixture.claim() == nil, "sent once already, since the backup")
        let new = try fixture.accept(fixture.acceptance("new@example.lu")).id
        #expect(try fixture.claim() == nil, "a new message waits too, so that nothing is misunderstood")
        try fixture.reopen()
        #expect(try fixture.claim() == nil, "a restart does not lower the fence")

        #expect(try fixture.store.acceptRestore() == 1)
        #expect(try fence == nil)
        for id in [queued, doubtful] {
            let message = try fixture.message(id)
            #expect([.held, .unknown].contains(message.state) && message.nextAttemptAt == nil, "\(message)")
        }
        #expect(try Set([queued, doubtful].map { try fixture.message($0).state }) == [.held, .unknown])
        #expect(try #require(try fixture.claim()).id == new)
        #expect(try fixture.claim() == nil)
        try fixture.reopen()
        #expect(try fence == nil, "the backup's stamp is gone with the fence")
        #expect(throws: StoreError.self) { _ = try fixture.store.acceptRestore() }
    }

    @Test func aBackupOfAFencedStoreHoldsWhatWasAcceptedBehindThatFence() throws {
        try makeBackup()
        try putBack(backup)
        let later = try fixture.accept(fixture.acceptance("later@example.lu")).id
        let second = fixture.folder.path + "/second.sqlite"
        try Backup.write(of: fixture.path, to: second, at: fixture.clock.now)
        #expect(try fixture.store.acceptRestore() == 0)
        try fixture.settle(#require(try fixture.claim()), .accepted)
        try putBack(second)
        #expect(try fixture.claim() == nil)
        #expect(try fixture.store.acceptRestore() == 1)
        #expect(try fixture.message(later).state == .held)
        #expect(try fixture.claim() == nil, "it was sent in the life that the backup does not know")
    }

    @Test func aHomeThatCannotBeWrittenForAWhileRaisesNothing() throws {
        try fixture.closeAndUnlock()
        // A folder where the count's new file would be stands for a full disk.
        let obstacle = fixture.path + ".starts.\(getpid()).new"
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        for _ in 0..<4 { #expect(throws: StoreError.self) { try fixture.open() } }
        try FileManager.default.removeItem(atPath: obstacle)
        try fixture.open()
        #expect(try fence == nil)
    }

    @Test func aCopyByHandIsFoundOutByTheCountOfStarts() throws {
        let copy = fixture.folder.path + "/copy.sqlite"
        try fixture.accept(fixture.acceptance())
        try fixture.closeAndUnlock()
        try FileManager.default.copyItem(atPath: fixture.path, toPath: copy)
        try fixture.open()
        try fixture.settle(#require(try fixture.claim()), .accepted)
        try putBack(copy)
        #expect(try #require(try fence).contains("not the one that this home ran last"))
        #expect(try fixture.claim() == nil)
    }

    @Test func aCopyOfARunningStoreIsOlderOnceThatHasEnded() throws {
        let copy = fixture.folder.path + "/copy.sqlite"
        try fixture.accept(fixture.acceptance())
        try makeBackup()
        try FileManager.default.copyItem(atPath: backup, toPath: copy)
        // A snapshot of the disk has no stamp.
        try { try RestoreFence(connection: .init(path: copy, access: .writer)).lower() }()
        try putBack(copy)
        #expect(try fence != nil)
    }

    /// The first start of all may crash too: both halves are there from then on, and the next start is an ordinary one.
    @Test func aFirstStartThatCrashesRaisesNothing() throws {
        try fixture.closeAndUnlock()
        let home = StartCount(path: fixture.path + ".starts")
        try FileManager.default.removeItem(atPath: home.path)
        try {
            let raw = try fixture.rawConnection()
            try raw.run("DELETE FROM home WHERE name = 'starts'")
            // Let go without an end, as by a kill.
            _ = try StoreFile(
                raw, keyFingerprint: StoreFixture.keyFingerprint, mirrorPath: nil, startCountPath: home.path)
            #expect(try RestoreFence(connection: raw).count() == home.read())
        }()
        try fixture.open()
        #expect(try fence == nil)
    }

    /// A copy of a moment ago is told apart after a crash too, because the count moves while there is work, and only then.
    @Test func theCountMovesWithWork() throws {
        try fixture.closeAndUnlock()
        let home = StartCount(path: fixture.path + ".starts")
        let writer = try StoreWriter(
            open: { [path = fixture.path] () throws(StoreError) in
                do {
                    return try StoreFile(
                        .init(path: path, access: .writer), keyFingerprint: StoreFixture.keyFingerprint,
                        mirrorPath: nil, startCountPath: path + ".starts", countInterval: .zero)
                } catch let error as SQLiteError {
                    throw StoreError(error)
                } catch {
                    throw .failed("\(error)")
                }
            }, onBroken: { _ in })
        defer { writer.stop() }
        func counts() throws -> [Int64?] {
            [try writer.perform { try RestoreFence(connection: $0.connection).count() }, try home.read()]
        }
        let before = try counts()
        #expect(try counts() == before && before[0] == before[1])
        try writer.perform { _ = try $0.connection.run("UPDATE dealership SET updated_at_ms = 1") }
        let after = try #require(before[0]) + 1
        #expect(try counts() == [after, after])
        #expect(try counts() == [after, after])
    }

    @Test func aStoreThatWentMissingIsNotReplacedSilently() throws {
        try fixture.closeAndUnlock()
        try FileManager.default.removeItem(atPath: fixture.path)
        try fixture.open()
        #expect(try #require(try fence).contains("the store is new"))
    }

    @Test func anOrdinaryStartAndACrashedOneRaiseNothing() throws {
        try fixture.reopen()
        #expect(try fence == nil)
        try fixture.closeAndUnlock()
        // A crash between the two writes of a start: the store is one ahead.
        let count = try #require(
            Int(String(decoding: Files.read(fixture.path + ".starts"), as: UTF8.self).dropLast()))
        try Files.replace(fixture.path + ".starts", Array("\(count - 1)\n".utf8), mode: 0o600)
        try fixture.open()
        #expect(try fence == nil)
        #expect(try fixture.accept(fixture.acceptance()).state == .queued)
        #expect(try fixture.claim() != nil)
    }

    @Test(
        arguments: [
            (nil, nil, nil, 0, false), (nil, 4, 4, 0, false), (nil, 5, 4, 0, false),
            (nil, 3, 4, 0, true), (nil, 6, 4, 0, true), (nil, nil, 4, 0, true), (nil, 4, nil, 0, true),
            (nil, 4, -1, 0, true), ("2026-11-22T00:00:00.000Z", 4, 4, 0, true), (nil, 4, 4, 1, true),
        ] as [(String?, Int64?, Int64?, Int, Bool)])
    func isRaisedByEachSign(stamp: String?, store: Int64?, home: Int64?, restored: Int, isRaised: Bool) {
        let evidence = RestoreFence.Evidence(
            stamp: stamp, storeCount: store, homeCount: home, restoredEntries: restored)
        #expect((RestoreFence.reason(evidence) != nil) == isRaised)
    }

    // MARK: The backup

    @Test func aBackupIsWholeAndLeavesNothingElse() throws {
        for index in 0..<50 { try fixture.accept(fixture.acceptance("p\(index)@example.lu")) }
        try makeBackup()
        let reader = try StoreReader(path: backup, keyFingerprint: StoreFixture.keyFingerprint)
        #expect(try reader.counts()[.queued] == 50)
        #expect(try fixture.folder.names() == ["backup.sqlite", "data"])
        #expect(try !Files.isExposed(backup))
        let before = try Files.read(backup)
        let error = try #require(throws: SystemError.self) { try makeBackup() }
        #expect(error.code == EEXIST)
        #expect(try Files.read(backup) == before)
    }

    @Test func aBackupNeedsAFolderAndAStore() throws {
        let nowhere = fixture.folder.path + "/none/backup.sqlite"
        #expect(throws: SystemError.self) {
            try Backup.write(of: fixture.path, to: nowhere, at: fixture.clock.now)
        }
        #expect(throws: StoreError.self) {
            try Backup.write(of: fixture.folder.path + "/none.sqlite", to: backup, at: fixture.clock.now)
        }
        #expect(try fixture.folder.names() == ["data"])
    }
}
