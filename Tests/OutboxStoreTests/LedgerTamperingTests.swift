// P13: a thousand random edits of two chains, and every one of them is found against the checkpoint that was exported before. What a chain
// finds by itself is asked, too: a cut tail and a chain written anew are found by the checkpoint alone, which is what it is for.

import Consent
import Crypto
import Domain
import OutboxStore
import SQLite
import Support
import Testing

struct LedgerTamperingTests {
    private static let editCount = 1000

    /// Two chains of about a thousand entries, with every column used, and evidence beside a part of them.
    private func filledStore(_ random: inout SeededGenerator) throws -> StoreFixture {
        let fixture = try StoreFixture(dealership: TamperedLedger.dealerships[0], inMemory: true)
        let sud = try DealershipID(TamperedLedger.dealerships[1])
        _ = try fixture.store.put(sud, record: "{}")
        let scopes: [Scope] = [.purpose(try Purpose("quote")), .marketing, .all, .channel]
        for number in 0..<1600 {
            let evidence =
                number % 5 == 0
                ? EvidenceText("said so, call \(number)", salt: Crypto.randomBytes(16)) : nil
            let act = ConsentAct(
                references: ContactReferences(
                    address: try fixture.reference("p\(number)@example.lu"),
                    customer: number % 4 == 0 ? try fixture.reference(customer: "\(number)") : nil),
                event: .objected, scope: scopes[number % 4], channel: number % 4 == 3 ? .email : nil,
                occurredAt: fixture.clock.now, method: .phone, actor: "operator:zoe",
                noticeDigest: number % 3 == 0 ? [UInt8](repeating: UInt8(number % 251), count: 32) : nil,
                evidenceDigest: evidence?.digest)
            _ = try fixture.store.record(
                act, dealership: number % 2 == 0 ? fixture.dealership : sud,
                proof: ConsentProof(evidence: evidence))
        }
        return fixture
    }

    private func checkpoints(_ verifications: [LedgerVerification], _ fixture: StoreFixture) throws
        -> [LedgerCheckpoint]
    {
        try verifications.map {
            LedgerCheckpoint(
                dealership: try DealershipID(try #require($0.dealership)), seq: $0.entries,
                hash: $0.lastHash, at: fixture.clock.now)
        }
    }

    @Test func everyOneOfAThousandEditsIsFound() throws {
        var random = SeededGenerator(state: 13)
        let fixture = try filledStore(&random)
        fixture.close()
        let connection = try Tampering.connection(fixture)
        let before = try LedgerVerification.all(connection)
        #expect(before.map(\.dealership) == TamperedLedger.dealerships)
        #expect(before.allSatisfy { $0.entries >= 800 && $0.fault == nil })
        let checkpoints = try checkpoints(before, fixture)
        var done: [Tampering: Int] = [:]
        while done.values.reduce(0, +) < Self.editCount {
            let tampering = Tampering.allCases.randomElement(using: &random)!
            try connection.run("SAVEPOINT edit")
            defer {
                _ = try? connection.run("ROLLBACK TO edit")
                _ = try? connection.run("RELEASE edit")
            }
            let edit: String
            do {
                edit = try tampering.apply(connection, &random)
            } catch let error as SQLiteError where error.isConstraint {
                continue
            }
            let found = try LedgerVerification.all(connection, against: checkpoints)
            // By the chains, the evidence or a checkpoint: a thorough forger makes what stands anew, too.
            #expect(found.contains(where: Self.isBroken), "\(edit)")
            if tampering.leavesChainsWhole {
                let alone = try LedgerVerification.all(connection)
                #expect(
                    alone.allSatisfy { $0.dealership == nil || !Self.isBroken($0) }, "\(edit): \(alone)")
            }
            done[tampering, default: 0] += 1
        }
        #expect(Tampering.allCases.allSatisfy { done[$0, default: 0] >= Self.editCount / 20 }, "\(done)")
        #expect(try LedgerVerification.all(connection, against: checkpoints).allSatisfy { $0.fault == nil })
    }

    /// Whether a fault is one of what was said, and not only of the table that is made from it.
    private static func isBroken(_ verification: LedgerVerification) -> Bool {
        verification.fault.map { !$0.reason.contains("consent rebuild") } ?? false
    }

    @Test func aLedgerThatGrewContinuesItsCheckpoints() throws {
        let fixture = try StoreFixture()
        func verify(_ checkpoints: [LedgerCheckpoint] = []) throws -> [LedgerVerification] {
            try fixture.store.read { reader throws(StoreError) in
                try reader.verifyLedgers(against: checkpoints)
            }
        }
        var kept = try checkpoints(try verify(), fixture)
        #expect(kept.map(\.seq) == [0])
        for number in 1...5 {
            try fixture.record(of: "p\(number)@example.lu")
            let found = try verify(kept)
            #expect(found.count == 1 && found[0].fault == nil && found[0].entries == Int64(number))
            #expect(found[0].checkpoint?.seq == Int64(number - 1))
            kept += try checkpoints(found, fixture)
        }
        // A dealership that is in the checkpoint alone; one that is new since.
        let gone = LedgerCheckpoint(
            dealership: try DealershipID("garage-est"), seq: 3, hash: kept[3].hash, at: fixture.clock.now)
        _ = try fixture.store.put(try DealershipID("garage-sud"), record: "{}")
        let found = try verify(kept + [gone])
        #expect(found.map(\.dealership) == ["garage-est", "garage-nord", "garage-sud"])
        #expect(found[0].fault?.description.contains("seq 1: the checkpoint of") == true)
        #expect(found[1].fault == nil && found[2].fault == nil && found[2].checkpoint == nil)
    }

    /// The gateway goes on writing, so the one that checks it must not depend on what only it keeps.
    @Test func aChainWhoseDealershipIsGoneIsWalked() throws {
        let fixture = try StoreFixture()
        try fixture.record(of: "a@example.lu")
        fixture.close()
        let connection = try Tampering.connection(fixture)
        #expect(try connection.run("DELETE FROM dealership") == 1)
        #expect(try LedgerVerification.all(connection).map(\.entries) == [1])
        try connection.run("UPDATE ledger SET scope = 'quote'")
        #expect(try LedgerVerification.all(connection).map { $0.fault?.seq } == [1])
    }

    @Test func aNoticeThatIsNotWhatWasAgreedToIsFound() throws {
        let fixture = try StoreFixture()
        let notice = Notice(version: "1", language: try LocaleTag("fr-LU"), text: "Je veux la lettre.")
        _ = try fixture.store.record(
            ConsentAct(
                references: ContactReferences(address: try fixture.reference("a@example.lu")), event: .given,
                scope: .marketing, channel: .email, occurredAt: fixture.clock.now, method: .page,
                actor: "contact", noticeDigest: notice.digest),
            dealership: fixture.dealership, proof: ConsentProof(notice: notice))
        fixture.close()
        let connection = try Tampering.connection(fixture)
        #expect(try LedgerVerification.all(connection).map { $0.fault == nil } == [true])
        #expect(try connection.run("UPDATE notice SET text = text || ' Et tout le reste.'") == 1)
        let fault = try #require(try LedgerVerification.all(connection).first?.fault)
        #expect(fault.description.hasPrefix("the notice sha256:") && fault.seq == nil)
    }

    @Test func aNoticeThatIsNotThereIsMissed() throws {
        let fixture = try StoreFixture()
        let notices = try ["one", "two"].map {
            Notice(version: "1", language: try LocaleTag("fr-LU"), text: "Je veux la lettre \($0).")
        }
        try fixture.record(of: "paul@example.lu")
        for notice in notices + notices.suffix(1) {
            fixture.clock.advance(by: .seconds(1))
            _ = try fixture.store.record(
                ConsentAct(
                    references: ContactReferences(address: try fixture.reference("a@example.lu")),
                    event: .given,
                    scope: .marketing, channel: .email, occurredAt: fixture.clock.now, method: .paper,
                    actor: "operator:test", noticeDigest: notice.digest),
                dealership: fixture.dealership, proof: ConsentProof(notice: notice))
        }
        fixture.close()
        let connection = try Tampering.connection(fixture)
        #expect(
            try LedgerVerification.all(connection).allSatisfy { $0.missingNotice == nil && $0.entries == 4 })
        #expect(
            try connection.run("DELETE FROM notice WHERE digest = ?", [.blob(notices[1].digest)]) == 1)
        let found = try #require(try LedgerVerification.all(connection).first)
        #expect(found.fault == nil, "the chain is whole without it")
        let missing = try #require(found.missingNotice)
        #expect(missing.seq == 3, "the first that names it")
        #expect(missing.reason.contains(Hexadecimal.text(of: notices[1].digest)))
        // Another dealership's row of the same text is not this one's.
        try connection.run(
            "INSERT INTO notice VALUES ('garage-sud', ?, '1', 'fr', ?)",
            [.blob(notices[1].digest), .text(notices[1].text)])
        #expect(try LedgerVerification.all(connection).contains { $0.missingNotice?.seq == 3 })
    }

    /// Words that a lenient reader repairs to what was hashed.
    @Test(arguments: [
        "UPDATE ledger SET channel = 'fax'", "UPDATE ledger SET related_contact = x'00'",
        "UPDATE ledger SET refers_to = x''", "UPDATE ledger SET actor = CAST(x'FF' AS TEXT)",
    ])
    func whatReadsTheSameAndIsNotTheSameIsFound(statement: String) throws {
        let fixture = try StoreFixture()
        _ = try fixture.store.record(
            ConsentAct(
                references: ContactReferences(address: try fixture.reference("a@example.lu")),
                event: .objected, scope: .all, occurredAt: fixture.clock.now, method: .page,
                actor: "\u{FFFD}"), dealership: fixture.dealership)
        fixture.close()
        let connection = try Tampering.connection(fixture)
        #expect(try connection.run(statement) == 1)
        #expect(try LedgerVerification.all(connection).map { $0.fault?.seq } == [1])
    }
}
