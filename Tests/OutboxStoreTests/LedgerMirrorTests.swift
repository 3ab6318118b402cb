// The mirror: what somebody said is in it before he hears that it was recorded, it comes back with it into an older store, and a
// mirror that is not this ledger's is refused.

import Consent
import Crypto
import Domain
import Foundation
import Glibc
import Runtime
import Support
import Testing

@testable import OutboxStore

@Suite("The ledger's mirror")
struct LedgerMirrorTests {
    private let fixture: StoreFixture
    private var path: String { fixture.mirrorPath }

    init() throws { fixture = try StoreFixture() }

    private func lines() throws -> [String] {
        let lines = String(decoding: try Files.read(path), as: UTF8.self).split(separator: "\n")
        #expect(lines.first == #"{"ledger":1,"referenceKey":"\#(StoreFixture.keyFingerprint)"}"#)
        return lines.dropFirst().map(String.init)
    }

    private func blocked(_ email: String) throws -> Bool {
        try fixture.accept(fixture.acceptance(email)).state == .blocked
    }

    private func replaceStore(by copy: String) throws {
        try FileManager.default.removeItem(atPath: fixture.path)
        try FileManager.default.copyItem(atPath: copy, toPath: fixture.path)
    }

    @Test func hasEveryEntryVerbatimOnceItWasAnswered() throws {
        let first = try #require(try fixture.record(of: "zoe@example.lu").entry)
        #expect(try lines().count == 1)
        let second = try #require(
            try fixture.record(.objected, of: "paul@example.lu", scope: .marketing).entry)
        let stored = try lines().map { try LedgerLine.entry(Array($0.utf8)[...]) }
        #expect(stored.map(\.entry) == [first, second])
        #expect(stored.map { Crypto.sha256($0.entry.canonicalBytes) } == stored.map(\.hash))
        #expect(try !Files.isExposed(path))
        #expect(try !lines().joined().contains("@"))
    }

    /// The entry of a transaction that failed was in hand already; neither it nor a gap comes into the mirror.
    @Test func hasNothingOfATransactionThatFailed() throws {
        try fixture.record(of: "zoe@example.lu")
        let act = ConsentAct(
            references: ContactReferences(address: try fixture.reference("paul@example.lu")),
            event: .objected,
            scope: .all, occurredAt: fixture.clock.now, method: .page, actor: "contact")
        let shortSalt = ConsentProof(evidence: EvidenceText("x", salt: [1, 2, 3]))
        #expect(throws: StoreError.self) {
            try fixture.store.record(act, dealership: fixture.dealership, proof: shortSalt)
        }
        try fixture.accept(fixture.acceptance("anna@example.lu"))
        #expect(try lines().count == 1)
        try fixture.record(of: "anna@example.lu", scope: .marketing)
        let stored = try lines().map { try LedgerLine.entry(Array($0.utf8)[...]) }
        #expect(stored.map(\.entry.seq) == [1, 2] && stored[1].entry.prevHash == stored[0].hash)
        #expect(try stored[1].entry.contact == fixture.reference("anna@example.lu"))
    }

    @Test func bringsObjectionsBackIntoAnOlderStore() throws {
        let backup = fixture.folder.path + "/backup.sqlite"
        try fixture.record(of: "before@example.lu")
        try Backup.write(of: fixture.path, to: backup, at: fixture.clock.now)
        for index in 0..<20 { try fixture.record(of: "p\(index)@example.lu") }
        let before = try lines()
        try fixture.closeAndUnlock()
        try replaceStore(by: backup)
        try fixture.open()
        for index in 0..<20 { #expect(try blocked("p\(index)@example.lu")) }
        #expect(try blocked("before@example.lu") && !blocked("nobody@example.lu"))
        let verifications = try fixture.store.read { reader throws(StoreError) in try reader.verifyLedgers() }
        #expect(verifications.map(\.entries) == [21] && verifications.allSatisfy { $0.fault == nil })
        #expect(try lines() == before, "nothing is mirrored twice")
        try fixture.record(of: "after@example.lu")
        #expect(try lines().count == 22)
    }

    @Test func bringsThemBackEvenIntoAnEmptyStore() throws {
        try fixture.record(of: "zoe@example.lu")
        try fixture.closeAndUnlock()
        try FileManager.default.removeItem(atPath: fixture.path)
        try fixture.open()
        let missing = try fixture.store.read { reader throws(StoreError) in
            try reader.dealership(fixture.dealership)
        }
        #expect(missing == nil, "its file has to be put again")
        _ = try fixture.store.put(fixture.dealership, record: "{}")
        #expect(try blocked("zoe@example.lu"))
    }

    @Test func isMadeFromAStoreThatHadNone() throws {
        for index in 0..<3 { try fixture.record(of: "p\(index)@example.lu") }
        let before = try lines()
        try fixture.closeAndUnlock()
        try FileManager.default.removeItem(atPath: path)
        try fixture.open()
        #expect(try lines() == before)
    }

    @Test func losesATornLineAndGetsItAgain() throws {
        for index in 0..<3 { try fixture.record(of: "p\(index)@example.lu") }
        let before = try Files.read(path)
        try fixture.closeAndUnlock()
        try Files.replace(path, Array(before.dropLast(40)), mode: 0o600)
        try fixture.open()
        #expect(try Files.read(path) == before)
    }

    @Test(arguments: ["foreign", "altered", "nonsense"])
    func isRefusedWhenItIsNotThisLedgers(kind: String) throws {
        let backup = fixture.folder.path + "/backup.sqlite"
        try Backup.write(of: fixture.path, to: backup, at: fixture.clock.now)
        try fixture.record(of: "zoe@example.lu")
        try fixture.record(of: "paul@example.lu")
        try fixture.closeAndUnlock()
        var text = String(decoding: try Files.read(path), as: UTF8.self)
        switch kind {
        case "foreign":
            let other = try StoreFixture()
            try other.record(of: "else@example.lu")
            text = String(decoding: try Files.read(other.mirrorPath), as: UTF8.self)
        case "altered":
            text = text.replacing("\"event\":\"objected\"", with: "\"event\":\"refused\"", maxReplacements: 1)
            try replaceStore(by: backup)
        default: text = "not a ledger\n"
        }
        try Files.replace(path, Array(text.utf8), mode: 0o600)
        let error = try #require(throws: StoreError.self) { try fixture.open() }
        guard case .unusable(let reason) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(reason.contains(path))
        #expect(try Files.read(path) == Array(text.utf8), "nothing was changed")
    }

    @Test func anEntryThatCannotBeMirroredIsNotAcknowledgedAndCounts() throws {
        try fixture.closeAndUnlock()
        // A file in memory that is sealed against growing stands for a full disk.
        typealias Create = @convention(c) (UnsafePointer<CChar>, UInt32) -> Int32
        let create = unsafeBitCast(try #require(dlsym(nil, "memfd_create")), to: Create.self)
        let full = create("mirror", 2)
        defer { Glibc.close(full) }
        let title = LedgerLine.title(keyFingerprint: StoreFixture.keyFingerprint)
        #expect(write(full, title, title.count) == title.count && fcntl(full, 1033, 0x4) == 0)
        let store = try OutboxStore(
            path: fixture.path, keyFingerprint: StoreFixture.keyFingerprint,
            mirrorPath: "/proc/self/fd/\(full)",
            clock: fixture.clock.wallClock, onBroken: { _ in })
        #expect(store.mirrorDelay == nil)
        defer { store.close() }
        let error = try #require(throws: StoreError.self) {
            _ = try store.record(
                .init(
                    references: .init(address: try fixture.reference("zoe@example.lu")), event: .objected,
                    scope: .all,
                    channel: nil, occurredAt: fixture.clock.now, method: .page, actor: "contact"),
                dealership: fixture.dealership)
        }
        guard case .notMirrored = error else {
            Issue.record("\(error)")
            return
        }
        let zoe = try fixture.reference("zoe@example.lu")
        let entries = try store.read { reader throws(StoreError) in
            try reader.ledgerEntries(dealership: fixture.dealership, contact: zoe)
        }
        #expect(entries.count == 1)
        #expect(store.mirrorDelay?.contains("the ledger's mirror cannot be written") == true)
    }

    @Test func aFileThatSomebodyRemovedIsNoticed() throws {
        try fixture.record(of: "zoe@example.lu")
        try FileManager.default.removeItem(atPath: path)
        let error = try #require(throws: StoreError.self) { try fixture.record(of: "paul@example.lu") }
        guard case .notMirrored = error else {
            Issue.record("\(error)")
            return
        }
        try fixture.reopen()
        #expect(try lines().count == 2)
    }

    @Test func belongsToOneKeyAndOneProcess() throws {
        try fixture.record(of: "zoe@example.lu")
        let other = try TestFolder()
        func open(_ key: String) throws(StoreError) -> OutboxStore {
            try OutboxStore(
                path: "\(other.path)/\(key).sqlite", keyFingerprint: key, mirrorPath: path, onBroken: { _ in }
            )
        }
        let shared = try #require(throws: StoreError.self) { _ = try open(StoreFixture.keyFingerprint) }
        #expect("\(shared)".contains("cannot be used"), "another process writes it")
        let before = try lines()
        try fixture.closeAndUnlock()
        let foreign = try #require(throws: StoreError.self) { _ = try open("another") }
        #expect("\(foreign)".contains("not that of a ledger of this secret.key"))
        #expect(try lines() == before)
    }
}
