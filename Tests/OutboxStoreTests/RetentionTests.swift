// What is over its term goes, what still has to leave stays, and the file stops growing.

import Consent
import Delivery
import Domain
import SQLite
import Support
import Testing

@testable import OutboxStore

@Suite("Retention")
struct RetentionTests {
    private let fixture: StoreFixture
    private let month = Duration.seconds(30 * 86_400)

    init() throws { fixture = try StoreFixture() }

    private func step(_ subject: RetentionStep.Subject, _ age: Duration) -> RetentionStep {
        RetentionStep(
            subject,
            before: Timestamp(milliseconds: fixture.clock.now.milliseconds - age.milliseconds))
    }

    private func content(_ id: MessageID) throws -> [UInt8]? {
        try fixture.store.read { reader throws(StoreError) in try reader.content(id) }
    }

    /// One message of each state that content can have.
    private func oneOfEach() throws -> [MessageState: MessageID] {
        var ids: [MessageState: MessageID] = [:]
        func accept(_ state: MessageState) throws -> MessageID {
            let id = try fixture.accept(fixture.acceptance("\(state.rawValue)@example.lu")).id
            ids[state] = id
            return id
        }
        _ = try accept(.sent)
        try fixture.settle(#require(try fixture.claim()), .accepted)
        _ = try accept(.failed)
        try fixture.settle(#require(try fixture.claim()), .rejected)
        let unknown = try accept(.unknown)
        try fixture.settle(#require(try fixture.claim()), .unknown)
        _ = try fixture.store.resolve(unknown, .retry)
        try fixture.settle(#require(try fixture.claim()), .unknown)
        _ = try accept(.sending)
        _ = try fixture.claim()
        _ = try fixture.store.act(.cancel, on: try accept(.cancelled))
        _ = try fixture.store.act(.hold, on: try accept(.held))
        _ = try accept(.queued)
        return ids
    }

    @Test func removesTheContentOfWhatIsDone() throws {
        let ids = try oneOfEach()
        fixture.clock.advance(by: month)
        #expect(try fixture.store.prune(step(.content, month)) == 0, "not before its term")
        fixture.clock.advance(by: .milliseconds(1))
        let expected = try fixture.store.read { reader throws(StoreError) in
            try reader.prunable(step(.content, month))
        }
        #expect(try fixture.store.prune(step(.content, month)) == expected)
        for (state, id) in ids {
            // The unknown one still has its one more try before it, so it keeps its bytes.
            let stays = [.queued, .held, .sending, .unknown].contains(state)
            #expect(try (content(id) != nil) == stays, "\(state)")
            #expect(try fixture.message(id).state == state)
        }
        #expect(throws: StoreError.self) { _ = try fixture.store.act(.retry, on: #require(ids[.failed])) }
    }

    @Test func removesTheContentOfADoubtThatNobodyResolves() throws {
        let id = try fixture.accept(fixture.acceptance()).id
        try fixture.settle(#require(try fixture.claim()), .unknown)
        fixture.clock.advance(by: .seconds(1800))
        try fixture.settle(#require(try fixture.claim()), .unknown)
        fixture.clock.advance(by: month)
        #expect(try fixture.store.prune(step(.content, month)) == 1)
        #expect(try fixture.message(id).state == .unknown)
        #expect(throws: StoreError.self) { _ = try fixture.store.resolve(id, .retry) }
        #expect(try fixture.message(id).state == .unknown, "there is nothing to send any more")
        #expect(try fixture.store.prune(step(.messages, month)) == 0, "its record stays until it is resolved")
        #expect(try fixture.store.resolve(id, .accepted).state == .sent)
        #expect(try fixture.store.prune(step(.messages, month)) == 1)
    }

    @Test func goesOnOnlyWhileItMay() throws {
        for index in 0..<1100 {
            try fixture.accept(fixture.acceptance("p\(index % 9)@example.lu", isRecipientAllowed: false))
        }
        fixture.clock.advance(by: month + .seconds(1))
        var steps = 0
        let count = try fixture.store.prune(step(.content, month)) {
            steps += 1
            return steps < 2
        }
        #expect(count == 500)
    }

    @Test func countsFromWhenAMessageWasToBegin() throws {
        let begin = fixture.clock.now + month
        let id = try fixture.accept(fixture.acceptance(timing: MessageTiming(notBefore: begin))).id
        fixture.clock.advance(by: month + .seconds(60))
        try fixture.settle(#require(try fixture.claim()), .accepted)
        #expect(try fixture.store.prune(step(.content, month)) == 0)
        fixture.clock.advance(by: month)
        #expect(try fixture.store.prune(step(.content, month)) == 1)
        #expect(try content(id) == nil)
    }

    @Test func removesMessagesWithTheirAttemptsInSteps() throws {
        for index in 0..<1203 {
            try fixture.accept(fixture.acceptance("p\(index % 50)@example.lu"))
            if index % 3 > 0 { try fixture.settle(#require(try fixture.claim()), .accepted) }
        }
        fixture.clock.advance(by: month)
        try fixture.accept(fixture.acceptance("young@example.lu"))
        fixture.clock.advance(by: .seconds(1))
        #expect(try fixture.store.prune(step(.messages, month)) == 802)
        #expect(try fixture.messages().count == 402)
        let raw = try fixture.rawConnection()
        for table in ["content", "attempt"] {
            let orphans = try raw.first(
                "SELECT count(*) FROM \(table) WHERE message NOT IN (SELECT seq FROM message)"
            ) { $0.integer(0) }
            #expect(orphans == 0)
        }
        #expect(try raw.first("PRAGMA foreign_key_check") { _ in true } == nil)
    }

    @Test func theFileStopsGrowing() throws {
        var pages: [Int64] = []
        for _ in 0..<6 {
            for index in 0..<200 {
                try fixture.accept(
                    fixture.acceptance("p\(index)@example.lu", body: String(repeating: "x", count: 3000)))
                try fixture.settle(#require(try fixture.claim()), .accepted)
            }
            fixture.clock.advance(by: month)
            _ = try fixture.store.prune(step(.content, .seconds(1)))
            _ = try fixture.store.prune(step(.messages, .seconds(1)))
            pages.append(
                try fixture.rawConnection().first("PRAGMA page_count") { $0.integer(0) } ?? 0)
        }
        #expect(pages[5] <= pages[1] + 4, "\(pages)")
    }

    @Test func evidenceGoesByItsTermAndTheChainStaysWhole() throws {
        func objectWithEvidence(_ index: Int) throws {
            let evidence = EvidenceText("letter \(index)", salt: [UInt8](repeating: 1, count: 16))
            _ = try fixture.store.record(
                ConsentAct(
                    references: ContactReferences(address: try fixture.reference("p\(index)@example.lu")),
                    event: .objected, scope: .all, occurredAt: fixture.clock.now, method: .paper,
                    actor: "operator:test", evidenceDigest: evidence.digest),
                dealership: fixture.dealership, proof: ConsentProof(evidence: evidence))
        }
        for index in 0..<501 { try objectWithEvidence(index) }
        fixture.clock.advance(by: month)
        try objectWithEvidence(501)
        let old = step(.evidence, month)
        let prunable = try fixture.store.read { reader throws(StoreError) in try reader.prunable(old) }
        #expect(prunable == 0, "recorded exactly a month ago")
        fixture.clock.advance(by: .seconds(1))
        let older = step(.evidence, month)
        #expect(try fixture.store.read { reader throws(StoreError) in try reader.prunable(older) } == 501)
        #expect(try fixture.store.prune(older) == 501)
        let texts = try fixture.rawConnection().all("SELECT text FROM evidence") { $0.text(0) }
        #expect(texts == ["letter 501"])
        let chains = try fixture.store.read { reader throws(StoreError) in try reader.verifyLedgers() }
        #expect(chains.allSatisfy { $0.fault == nil && $0.entries == 502 })
        #expect(try fixture.accept(fixture.acceptance("p7@example.lu")).state == .blocked)
    }
}
