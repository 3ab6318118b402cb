// `consent verify`: a whole chain is whole, and one entry that was changed, moved, removed or added past the triggers is named.

import Consent
import Domain
import OutboxStore
import SQLite
import Support
import Testing

struct LedgerVerificationTests {
    private func fixture(entries: Int = 5) throws -> StoreFixture {
        let fixture = try StoreFixture()
        for number in 1...entries { try fixture.record(of: "p\(number)@example.lu") }
        return fixture
    }

    private func verify(_ fixture: StoreFixture) throws -> [LedgerVerification] {
        try fixture.store.read { reader throws(StoreError) in try reader.verifyLedgers() }
    }

    @Test func wholeChainsAreWhole() throws {
        let fixture = try fixture()
        let other = try DealershipID("garage-sud")
        _ = try fixture.store.put(other, record: "{}")
        let act = ConsentAct(
            references: ContactReferences(
                address: try fixture.reference("zoe@example.lu"),
                customer: try fixture.reference(customer: "1")),
            event: .objected, scope: .marketing, occurredAt: fixture.clock.now, method: .paper,
            actor: "operator:a",
            noticeDigest: [UInt8](repeating: 1, count: 32), evidenceDigest: [UInt8](repeating: 2, count: 32))
        _ = try fixture.store.record(act, dealership: other)
        try fixture.reopen()
        let found = try verify(fixture)
        #expect(found.map(\.dealership) == ["garage-nord", "garage-sud"])
        #expect(found.map(\.entries) == [5, 2])
        #expect(found.allSatisfy { $0.fault == nil })
    }

    /// What is done to the file with its triggers dropped, and the seq of the entry that must be named.
    private static let tamperings: [(statement: String, faultySeq: Int64)] = [
        ("UPDATE ledger SET scope = 'marketing' WHERE seq = 3", 3),
        ("UPDATE ledger SET contact = zeroblob(16) WHERE seq = 1", 1),
        ("UPDATE ledger SET occurred_at_ms = occurred_at_ms + 1 WHERE seq = 5", 5),
        ("UPDATE ledger SET recorded_at_ms = 0 WHERE seq = 2", 2),
        ("UPDATE ledger SET event = 'lifted' WHERE seq = 4", 4),
        ("UPDATE ledger SET channel = 'sms' WHERE seq = 4", 4),
        ("UPDATE ledger SET method = 'import' WHERE seq = 4", 4),
        ("UPDATE ledger SET actor = 'gateway' WHERE seq = 4", 4),
        ("UPDATE ledger SET refers_to = zeroblob(16) WHERE seq = 4", 4),
        ("UPDATE ledger SET related_contact = zeroblob(16) WHERE seq = 4", 4),
        ("UPDATE ledger SET notice_digest = zeroblob(32) WHERE seq = 4", 4),
        ("UPDATE ledger SET evidence_digest = zeroblob(32) WHERE seq = 4", 4),
        ("UPDATE ledger SET id = zeroblob(16) WHERE seq = 4", 4),
        ("UPDATE ledger SET hash = zeroblob(32) WHERE seq = 2", 2),
        ("UPDATE ledger SET prev_hash = zeroblob(32) WHERE seq = 2", 2),
        ("DELETE FROM ledger WHERE seq = 3", 4),
        ("DELETE FROM ledger WHERE seq = 1", 2),
        ("UPDATE ledger SET seq = 9 WHERE seq = 2", 3),
        (
            "INSERT INTO ledger SELECT dealership, 6, zeroblob(16), prev_hash, hash, contact, related_contact, "
                + "channel, scope, event, refers_to, occurred_at_ms, recorded_at_ms, method, actor, notice_digest, "
                + "evidence_digest FROM ledger WHERE seq = 5", 6
        ),
    ]

    @Test(arguments: tamperings.indices)
    func aTamperedEntryIsNamed(index: Int) throws {
        let (statement, faultySeq) = Self.tamperings[index]
        let fixture = try fixture()
        fixture.close()
        let faultyID = try {
            let raw = try fixture.rawConnection()
            try raw.run("DROP TRIGGER ledger_is_never_changed")
            try raw.run("DROP TRIGGER ledger_is_never_shortened")
            #expect(try raw.run(statement) == 1)
            return try raw.first("SELECT id FROM ledger WHERE seq = ?", [.integer(faultySeq)]) { $0.blob(0) }
        }()
        try fixture.open()
        let found = try #require(try verify(fixture).first)
        let fault = try #require(found.fault, "\(statement)")
        #expect(fault.seq == faultySeq, "\(fault)")
        #expect(fault.entry?.bytes == faultyID)
        #expect(found.entries < faultySeq)
    }

    @Test func actingAgainWritesNothing() throws {
        let fixture = try StoreFixture()
        let first = try fixture.record(of: "paul@example.lu", method: .phone)
        let again = try fixture.record(of: "paul@example.lu", method: .phone)
        #expect(first.added.count == 1 && again.added.isEmpty)
        #expect(again.entry?.id == first.entry?.id)
        #expect(try verify(fixture).first?.entries == 1)
    }

    @Test func whatTheContractForbidsIsRefusedAndWritesNothing() throws {
        let fixture = try StoreFixture()
        let forbidden: [(LedgerEvent, Scope, ConsentMethod, Duration)] = [
            (.lifted, .all, .api, .zero),
            (.lifted, .all, .import, .zero),
            (.given, .all, .page, .zero),
            (.bounced, .all, .dsn, .zero),
            (.objected, .channel, .page, .zero),
            (.objected, .all, .page, .milliseconds(300_001)),
        ]
        for (event, scope, method, ahead) in forbidden {
            let act = ConsentAct(
                references: ContactReferences(address: try fixture.reference("a@example.lu")), event: event,
                scope: scope, occurredAt: fixture.clock.now + ahead, method: method, actor: "key")
            do {
                _ = try fixture.store.record(act, dealership: fixture.dealership)
                Issue.record("was taken: \(event) \(scope) \(method)")
            } catch {
                guard case .refused = error else {
                    Issue.record("\(error)")
                    continue
                }
            }
        }
        #expect(try verify(fixture).first?.entries == 0)
        #expect(fixture.brokenErrors.isEmpty)
    }

    @Test func evidenceLiesBesideTheChain() throws {
        let fixture = try StoreFixture()
        let evidence = EvidenceText("said so on the phone", salt: [UInt8](repeating: 3, count: 16))
        let act = ConsentAct(
            references: ContactReferences(address: try fixture.reference("a@example.lu")), event: .objected,
            scope: .all, occurredAt: fixture.clock.now, method: .phone, actor: "operator:a",
            evidenceDigest: evidence.digest)
        let entry = try #require(
            try fixture.store.record(
                act, dealership: fixture.dealership, proof: ConsentProof(evidence: evidence)
            ).entry)
        let raw = try fixture.rawConnection()
        #expect(try raw.first("SELECT entry FROM evidence") { $0.blob(0) } == entry.id.bytes)
        #expect(try raw.run("DELETE FROM evidence") == 1)
        #expect(try verify(fixture).first?.fault == nil)
    }
}
