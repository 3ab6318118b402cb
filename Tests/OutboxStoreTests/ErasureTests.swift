// What an erasure takes, what it leaves, and that it can be trusted: in one step or many, beside a reader, before a restart.

import Consent
import Crypto
import Domain
import Foundation
import Runtime
import SQLite
import Support
import Testing

@testable import OutboxStore

@Suite("Erasure")
struct ErasureTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    /// The files of the store, its mirror included, in which a mark stands.
    private func hits(_ mark: String) throws -> [String] {
        let folder = URL(fileURLWithPath: fixture.path).deletingLastPathComponent()
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.filter { try Data(contentsOf: $0).range(of: Data(mark.utf8)) != nil }
            .map(\.lastPathComponent)
    }

    private func text(_ id: MessageID) throws -> [UInt8]? {
        try fixture.store.read { reader throws(StoreError) in try reader.content(id) }
    }

    @Test func whatWaitsIsCancelledAndWhatIsSentStays() throws {
        let sent = try fixture.accept(fixture.acceptance(reference: "WO-1")).id
        try fixture.settle(#require(try fixture.claim()), .accepted, reply: "250 queued")
        let unknown = try fixture.accept(fixture.acceptance()).id
        try fixture.settle(#require(try fixture.claim()), .unknown, status: "no-reply")
        let held = try fixture.accept(fixture.acceptance()).id
        _ = try fixture.store.act(.hold, on: held)
        let queued = try fixture.accept(fixture.acceptance()).id
        let other = try fixture.accept(fixture.acceptance("paul@example.lu", reference: "WO-2")).id

        let counts = try fixture.erase(fixture.subject("zoe@example.lu"))
        #expect(counts["cancelled"] == 3)
        #expect(counts["content"] == 4)
        #expect(counts["message"] == 4)
        #expect(counts["ledger"] == 1)
        let nobody = try #require(ContactReference(bytes: [UInt8](repeating: 0, count: 16)))
        for id in [sent, unknown, held, queued] {
            let message = try fixture.message(id)
            #expect(message.contact == nobody && message.reference == nil && message.nextAttemptAt == nil)
            #expect(message.state == (id == sent ? .sent : .cancelled))
            #expect(message.reasonCode == (id == sent ? nil : "erased"))
            #expect(message.attempts.allSatisfy { $0.reply == nil })
            #expect(try text(id) == nil)
        }
        #expect(
            try fixture.message(sent).attempts.map(\.provider) == ["relay"],
            "the proof of the processing stays")
        #expect(try fixture.message(other).reference == "WO-2")
        #expect(try #require(try fixture.claim()).id == other)
        #expect(throws: StoreError.self) { try fixture.store.act(.retry, on: queued) }
    }

    @Test func aMessageThatIsBeingSentRefusesEverything() throws {
        let kept = try fixture.accept(fixture.acceptance()).id
        let claim = try #require(try fixture.claim())
        try fixture.accept(fixture.acceptance())
        let subject = try fixture.subject("zoe@example.lu")
        let before = try fixture.rawConnection().first("SELECT count(*) FROM ledger") { $0.integer(0) }
        do {
            try fixture.erase(subject)
            Issue.record("was erased")
        } catch StoreError.inFlight(let reason) {
            #expect(reason.contains("\(kept)"))
        }
        #expect(try fixture.messages().map(\.state) == [.queued, .sending])
        #expect(try text(kept) != nil)
        #expect(try fixture.rawConnection().first("SELECT count(*) FROM ledger") { $0.integer(0) } == before)
        try fixture.settle(claim, .accepted)
        #expect(try fixture.erase(subject)["content"] == 2)
    }

    @Test func manyMessagesGoInSteps() throws {
        for _ in 1...1203 { try fixture.accept(fixture.acceptance()) }
        let later = ErasureStep(
            try fixture.subject("zoe@example.lu"), by: Author(method: .api, actor: "key_1"))
        guard case .erased(let first) = try fixture.store.perform(.erase(later)) else {
            throw TestFailure("?")
        }
        #expect(first.counts["cancelled"] == 1203, "nothing leaves between two steps")
        #expect(first.counts["content"] == 500)
        #expect(try fixture.claim() == nil)
        let entries = try fixture.rawConnection().first("SELECT count(*) FROM ledger") { $0.integer(0) }
        #expect(entries == 0, "it is said when it is done")
        let new = try fixture.accept(fixture.acceptance()).id
        var next = first.next
        var count = 500
        while let step = next {
            guard case .erased(let result) = try fixture.store.perform(.erase(step)) else {
                throw TestFailure("?")
            }
            count += result.counts["content"] ?? 0
            next = result.next
        }
        #expect(count == 1203)
        #expect(try text(new) != nil, "what was accepted meanwhile is not of this erasure")
        #expect(try fixture.erase(fixture.subject("zoe@example.lu"))["content"] == 1)
    }

    @Test func theSameAgainSaysNothingNew() throws {
        try fixture.accept(fixture.acceptance(customer: "K-1"))
        let subject = try fixture.subject("zoe@example.lu", customer: "K-1")
        #expect(try fixture.erase(subject)["ledger"] == 2)
        #expect(try fixture.erase(subject).values.allSatisfy { $0 == 0 })
        try fixture.accept(fixture.acceptance())
        #expect(try fixture.erase(subject)["ledger"] == 2, "but what came since is erased again, and said so")
    }

    @Test func objectionsStayAndConsentDoesNot() throws {
        try fixture.record(of: "zoe@example.lu", scope: .purpose(Purpose("intervention")))
        let given = ConsentAct(
            references: ContactReferences(address: try fixture.reference("zoe@example.lu")), event: .given,
            scope: .marketing, channel: .email, occurredAt: fixture.clock.now, method: .page,
            actor: "contact",
            noticeDigest: [UInt8](repeating: 3, count: 32))
        _ = try fixture.store.record(given, dealership: fixture.dealership)
        func newsletter() throws -> MessageRecord {
            try fixture.accept(fixture.acceptance(purpose: "newsletter", class: .marketing))
        }
        #expect(try newsletter().state == .queued)
        try fixture.erase(fixture.subject("zoe@example.lu"))
        #expect(try newsletter().reasonCode == "no-consent")
    }

    @Test func theObjectionIsFoundInEverySpelling() throws {
        try fixture.accept(fixture.acceptance("zoe@bücher.example"))
        try fixture.record(of: "zoe@bücher.example")
        try fixture.erase(fixture.subject("zoe@bücher.example"))
        let domains = ["bücher.example", "xn--bcher-kva.example", "BÜCHER.Example", "bu\u{308}cher.example"]
        let spellings = domains.flatMap { domain in
            ["zoe@", "ZOE@", "Zoe@", "zOe@", " zoe@"].map { $0 + domain }
        }
        #expect(Set(spellings.map { Array($0.utf8) }).count == 20)
        for spelling in spellings {
            #expect(try fixture.accept(fixture.acceptance(spelling)).state == .blocked, "\(spelling)")
        }
        #expect(try fixture.accept(fixture.acceptance("zoe@bucher.example")).state == .queued)
    }

    @Test func aRepeatedRequestDoesNotComeBack() throws {
        let first = try fixture.acceptance(key: "order-zoe@example.lu")
        _ = try fixture.acceptAnswer(first)
        try fixture.erase(fixture.subject("zoe@example.lu"))
        #expect(try hits("order-zoe@example.lu") == [])
        for body in ["Subject: test\r\n\r\nbody\r\n", "another"] {
            do {
                _ = try fixture.acceptAnswer(fixture.acceptance(body: body, key: "order-zoe@example.lu"))
                Issue.record("was accepted")
            } catch StoreError.conflict(let reason) {
                #expect(reason.contains("erased"))
            }
        }
        #expect(try fixture.messages().count == 1)
        #expect(try fixture.acceptAnswer(fixture.acceptance(key: "another")).state == .queued)
        fixture.clock.advance(by: .seconds(15 * 86_400))
        #expect(
            try fixture.acceptAnswer(first.renamed()).state == .queued,
            "kept as long as any key, and no longer")
    }

    @Test func aReaderThatHoldsTheLogIsSaid() throws {
        try fixture.accept(fixture.acceptance(body: "Subject: zmark\r\n\r\nzmark\r\n"))
        #expect(try hits("zmark") != [])
        let reader = try Connection(path: fixture.path, access: .reader)
        try reader.run("BEGIN")
        _ = try reader.first("SELECT count(*) FROM message") { $0.integer(0) }
        let subject = try fixture.subject("zoe@example.lu")
        #expect(throws: StoreError.logHeld) { try fixture.erase(subject) }
        #expect(
            try fixture.accept(fixture.acceptance("paul@example.lu")).state == .queued, "the store goes on")
        try reader.run("COMMIT")
        #expect(try fixture.erase(subject).values.allSatisfy { $0 == 0 })
        #expect(try hits("zmark") == [])
    }

    private func record(_ references: ContactReferences, _ text: String) throws {
        let evidence = EvidenceText(text, salt: Crypto.randomBytes(16))
        _ = try fixture.store.record(
            ConsentAct(
                references: references, event: .objected, scope: .marketing, occurredAt: fixture.clock.now,
                method: .paper, actor: "operator:test", evidenceDigest: evidence.digest),
            dealership: fixture.dealership, proof: ConsentProof(evidence: evidence))
    }

    private func evidence() throws -> [String] {
        try fixture.rawConnection().all("SELECT text FROM evidence") { $0.text(0) }.sorted()
    }

    /// The words stand beside every entry of the act, and any one of its references means all of it.
    @Test(arguments: ["zoe@example.lu", "zoe.weber@example.lu", nil])
    func theEvidenceOfAnActGoesWhole(_ named: String?) throws {
        let paul = try fixture.reference("paul@example.lu")
        try record(ContactReferences(address: paul), "says: no more")
        try record(
            ContactReferences(
                address: fixture.reference("zoe@example.lu"), customer: fixture.reference(customer: "K-1"),
                otherAddress: fixture.reference("zoe.weber@example.lu")), "says: no more")
        try record(
            ContactReferences(address: paul, customer: fixture.reference(customer: "K-2")), "says: stop")
        #expect(try evidence().count == 5)
        try fixture.erase(fixture.subject(named, customer: named == nil ? "K-1" : nil))
        #expect(try evidence() == ["says: no more", "says: stop"], "another person's same words stay")
        let chains = try fixture.store.read { reader throws(StoreError) in try reader.verifyLedgers() }
        #expect(chains.allSatisfy { $0.fault == nil })
    }

    @Test func aCopyLeadsToTheEvidenceOfWhatItWasCopiedFrom() throws {
        try record(ContactReferences(address: fixture.reference("zoe@example.lu")), "says: no more")
        try fixture.accept(fixture.acceptance("zoe@example.lu", customer: "K-1"))
        try fixture.erase(fixture.subject(nil, customer: "K-1"))
        #expect(try evidence() == [])
    }

    @Test func aRectificationsEvidenceGoesWithEitherAddress() throws {
        try fixture.accept(fixture.acceptance("zoe@exmaple.lu"))
        let evidence = EvidenceText.rectification(.changed, "letter", salt: Crypto.randomBytes(16))
        _ = try fixture.store.rectify(
            Rectification(
                dealership: fixture.dealership, old: fixture.reference("zoe@exmaple.lu"),
                new: fixture.reference("zoe@example.lu"), reason: .changed,
                author: Author(method: .api, actor: "key_1"), evidenceDigest: evidence.digest), evidence)
        try fixture.erase(fixture.subject("zoe@example.lu"))
        #expect(try self.evidence() == [])
    }

    /// Deliveries go on beside a reader that stays: a look at the log waits for nobody, and 500 that waited a fifth of a second each would
    /// take a hundred.
    @Test func aReaderThatHoldsTheLogHoldsNobodyElse() throws {
        try fixture.accept(fixture.acceptance())
        let reader = try Connection(path: fixture.path, access: .reader)
        try reader.run("BEGIN")
        _ = try reader.first("SELECT count(*) FROM message") { $0.integer(0) }
        try fixture.accept(fixture.acceptance())
        let begin = ContinuousClock.now
        for _ in 1...500 {
            #expect(throws: StoreError.logHeld) { try fixture.store.perform(.emptyLog) }
        }
        #expect(.now - begin < .seconds(60))
        #expect(try fixture.claim() != nil)
        try reader.run("COMMIT")
    }

    @Test func aReaderThatLetsGoInTimeIsWaitedFor() throws {
        try fixture.accept(fixture.acceptance(body: "Subject: zmark\r\n\r\nzmark\r\n"))
        let reader = try Connection(path: fixture.path, access: .reader)
        try reader.run("BEGIN")
        _ = try reader.first("SELECT count(*) FROM message") { $0.integer(0) }
        let store = LettingGo(store: fixture.store, reader: reader)
        _ = try store.erase(
            fixture.subject("zoe@example.lu"), by: Author(method: .operator, actor: "operator:test"))
        #expect(try hits("zmark") == [])
    }

    @Test func aCounterCustomersNumberNamesNobody() throws {
        for number in 1...9 {
            try fixture.accept(fixture.acceptance("c\(number)@example.lu", customer: "COUNTER"))
        }
        for references in [("c1@example.lu", "COUNTER"), (nil, "COUNTER")] {
            let subject = try fixture.subject(references.0, customer: references.1)
            #expect(throws: StoreError.self) { try fixture.erase(subject) }
            #expect(throws: StoreError.self) { try fixture.export(subject) }
        }
        #expect(try fixture.erase(fixture.subject("c1@example.lu"))["content"] == 1)
        for number in 2...9 {
            let counts = try fixture.erase(fixture.subject("c\(number)@example.lu"))
            #expect(counts["customer_address"] == 1)
        }
        // Nobody's address stands under it any more, and it is still nobody's number.
        let addresses = try (1...9).map { try fixture.reference("c\($0)@example.lu").bytes }
        let left = try fixture.rawConnection().all("SELECT address FROM customer_address") { $0.blob(0) }
        #expect(left.count == 9 && Set(left).isDisjoint(with: addresses) && Set(left).count == 9)
        #expect(throws: StoreError.self) { try fixture.erase(fixture.subject(nil, customer: "COUNTER")) }
        let number = try fixture.reference(customer: "COUNTER")
        let known = try fixture.store.read { reader throws(StoreError) in try reader.counterCustomers() }
        #expect(known.map(\.contact) == [number], "check lists it")
    }

    @Test func aPersonsOwnNumberLetsGoOfTheirAddress() throws {
        for address in ["zoe@example.lu", "zoe.weber@example.lu"] {
            try fixture.accept(fixture.acceptance(address, customer: "K-1"))
        }
        try fixture.erase(fixture.subject("zoe@example.lu"))
        let left = try fixture.rawConnection().all("SELECT address FROM customer_address") { $0.blob(0) }
        #expect(left == [try fixture.reference("zoe.weber@example.lu").bytes])
    }

    @Test func anotherDealershipIsNotTouched() throws {
        let other = try DealershipID("garage-sud")
        _ = try fixture.store.put(other, record: "{}")
        var acceptance = try fixture.acceptance()
        acceptance.dealership = other
        let id = try fixture.accept(acceptance).id
        try fixture.erase(fixture.subject("zoe@example.lu"))
        #expect(try text(id) != nil)
    }
}

extension Acceptance {
    /// The same request as another message.
    fileprivate func renamed() -> Acceptance {
        var copy = self
        copy.id = MessageID(at: createdAt, random: [UInt8](repeating: 0x5A, count: 10))
        return copy
    }
}

/// The store, beside a reader that ends when the log was found held for the third time.
private final class LettingGo: StoreCommands, @unchecked Sendable {
    private let store: OutboxStore
    private let reader: Connection
    private let count = Lock(0)

    init(store: OutboxStore, reader: Connection) {
        self.store = store
        self.reader = reader
    }

    func submit(
        _ command: StoreCommand, completion: @escaping @Sendable (Result<StoreAnswer, StoreError>) -> Void
    ) {
        store.submit(command) { [self] result in
            if case .failure(.logHeld) = result {
                let times = count.withLock { count in
                    count += 1
                    return count
                }
                if times == 3 { _ = try? reader.run("COMMIT") }
            }
            completion(result)
        }
    }

    func read<Value>(_ body: (StoreReader) throws(StoreError) -> Value) throws(StoreError) -> Value {
        try store.read(body)
    }
}
