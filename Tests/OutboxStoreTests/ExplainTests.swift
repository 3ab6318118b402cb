// Why a message was sent or not, from the record alone: random ledgers and messages over a real store, decided again after the ledger
// has gone on. 10 000 cases with `EXPLAIN_CASES=10000`.

import Consent
import Delivery
import Domain
import Foundation
import OutboxStore
import SQLite
import Support
import Testing

@Suite("Explanations")
struct ExplainTests {
    private static let caseCount =
        ProcessInfo.processInfo.environment["EXPLAIN_CASES"].flatMap(Int.init) ?? 1_000

    @Test func everyDecisionIsTheSameAgainWhateverCameLater() throws {
        var counts: [String: Int] = [:]
        var seed: UInt64 = 0
        while counts["cases", default: 0] < Self.caseCount {
            seed += 1
            let world = try ExplainedWorld(seed: seed)
            try world.live(steps: 1500)
            for (id, told) in world.told {
                let explanation = try #require(try world.explanation(id))
                let decision = try #require(explanation.decision)
                #expect(
                    decision.verdict == told.verdict && decision.seq == told.seq,
                    "seed \(seed), \(id): \(decision.verdict)")
                if told.verdict != "allowed" { #expect(decision.entry == told.entry) }
                let again = decision.again
                #expect(
                    again.verdict.word == told.verdict && again.entry == decision.entry
                        && decision.isSameAgain,
                    "seed \(seed), \(id): \(told.verdict), again \(again.verdict.word)")
                counts["cases", default: 0] += 1
                counts[told.verdict, default: 0] += 1
                if !decision.countsCustomer { counts["counter customers", default: 0] += 1 }
                if decision.verdict == "allowed", decision.entry != nil {
                    counts["allowed by consent", default: 0] += 1
                }
                // What the ledger says by now is another thing: without the cut at `seq` this would show it.
                if try world.verdictNow(decision.question) != told.verdict {
                    counts["changed since", default: 0] += 1
                }
            }
        }
        print("explained: \(counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" })")
        for word in [
            "allowed", "allowed by consent", "no-consent", "objected", "withdrawn", "restricted",
            "misdirected",
            "bounced", "counter customers", "changed since",
        ] {
            #expect(counts[word, default: 0] > 0, "\(word) never occurred")
        }
    }

    @Test func aRetryAndAClaimAreDecisionsOfTheirOwn() throws {
        let fixture = try StoreFixture()
        func decision(_ id: MessageID) throws -> MessageExplanation.Decision {
            let found = try fixture.store.read { reader throws(StoreError) in try reader.explanation(id) }
            return try #require(found?.decision)
        }
        let objection = try #require(try fixture.record(of: "zoe@example.lu").entry)
        let id = try fixture.accept(fixture.acceptance()).id
        #expect(try decision(id).verdict == "objected" && decision(id).entry == objection.id)
        fixture.clock.advance(by: .seconds(60))
        try fixture.record(.lifted, of: "zoe@example.lu")
        _ = try fixture.store.act(.retry, on: id)
        let retried = try decision(id)
        #expect(retried.verdict == "allowed" && retried.entry == nil && retried.seq == 2)
        #expect(retried.question.at == fixture.clock.now && retried.isSameAgain)
        fixture.clock.advance(by: .seconds(60))
        try fixture.record(.withdrawn, of: "zoe@example.lu")
        #expect(try fixture.claim() == nil)
        let stopped = try decision(id)
        #expect(stopped.verdict == "withdrawn" && stopped.seq == 3 && stopped.isSameAgain)
        #expect(stopped.entries.map(\.event) == [.objected, .lifted, .withdrawn])
    }

    @Test(
        arguments: [
            (MessageExplanation.Decider.recipientsAllow, "recipient-not-allowed"),
            (.deadline, "deadline-over"),
            (.operator, "cancel"), (.provider, "550"), (.gate, nil),
        ] as [(MessageExplanation.Decider, String?)])
    func whoDecidedIsSaid(decider: MessageExplanation.Decider, reason: String?) throws {
        let fixture = try StoreFixture()
        let id = try fixture.accept(fixture.acceptance(isRecipientAllowed: reason != "recipient-not-allowed"))
            .id
        switch decider {
        case .deadline:
            fixture.clock.advance(by: .seconds(5 * 86_400))
            _ = try fixture.claim()
        case .operator: _ = try fixture.store.act(.cancel, on: id)
        case .provider: try fixture.settle(#require(try fixture.claim()), .rejected, status: "550")
        default: break
        }
        let found = try fixture.store.read { reader throws(StoreError) in try reader.explanation(id) }
        let explanation = try #require(found)
        #expect(explanation.record.reasonCode == reason)
        #expect(explanation.decider == decider)
        #expect(explanation.decision?.verdict == "allowed" && explanation.decision?.isSameAgain == true)
    }

    @Test func aMessageOfAnOlderVersionCannotBeDecidedAgain() throws {
        let fixture = try StoreFixture()
        let id = try fixture.accept(fixture.acceptance()).id
        try fixture.rawConnection().run(
            """
            UPDATE message SET gate_at_ms = NULL, gate_seq = NULL, gate_counts_customer = NULL,
                gate_verdict = NULL, gate_entry = NULL
            """)
        let explanation = try fixture.store.read { reader throws(StoreError) in try reader.explanation(id) }
        #expect(explanation != nil && explanation?.decision == nil)
        #expect(explanation?.view["gate"] == .null)
    }

    @Test func aRecordThatWasAlteredIsNotTheSame() throws {
        let fixture = try StoreFixture()
        try fixture.record(of: "zoe@example.lu")
        let id = try fixture.accept(fixture.acceptance()).id
        for column in ["gate_entry = randomblob(16)", "gate_verdict = 'allowed', gate_entry = NULL"] {
            try fixture.rawConnection().run("UPDATE message SET \(column)")
            let explanation = try fixture.store.read { reader throws(StoreError) in try reader.explanation(id)
            }
            #expect(explanation?.decision?.isSameAgain == false, "\(column)")
        }
    }
}

/// A dealership whose contacts say this and that while messages are accepted, claimed, retried and refused, with what the store told of
/// each decision at its time.
private final class ExplainedWorld {
    struct Told {
        let verdict: String
        let entry: LedgerEntryID?
        let seq: Int64
    }

    private static let purposes: [(String, PurposeClass)] = [
        ("intervention", .essential), ("reminder", .service), ("survey", .survey), ("newsletter", .marketing),
        ("recall", .safety),
    ]
    private let fixture: StoreFixture
    private let ledger: Connection
    private var random: SeededGenerator
    private(set) var told: [MessageID: Told] = [:]

    init(seed: UInt64) throws {
        fixture = try StoreFixture(inMemory: true)
        ledger = try fixture.rawConnection()
        random = SeededGenerator(state: seed)
    }

    func explanation(_ id: MessageID) throws -> MessageExplanation? {
        try fixture.store.read { reader throws(StoreError) in try reader.explanation(id) }
    }

    /// What the gate would say of the same question with all that was recorded since.
    func verdictNow(_ question: GateQuestion) throws -> String {
        let dealership = fixture.dealership
        let history = try fixture.store.read { reader throws(StoreError) in
            try reader.consents(of: question.references, dealership: dealership, at: question.at)
        }
        return Gate.decide(question, entries: Standing(folding: history.entries).entries).word
    }

    func live(steps: Int) throws {
        for _ in 0..<steps {
            fixture.clock.advance(by: .seconds(Int.random(in: 0...7200, using: &random)))
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<25: try speak()
            case 25..<85: try accept()
            case 85..<95: try claim()
            case 95: fixture.clock.advance(by: .seconds(40 * 86_400))
            default: try retry()
            }
        }
    }

    private func speak() throws {
        let scope = ["all", "marketing", "channel", "intervention", "newsletter"].randomElement(
            using: &random)!
        let event = [
            LedgerEvent.objected, .withdrawn, .refused, .given, .given, .given, .softOptIn, .lifted, .lifted,
            .misdirected, .bounced, .restricted, .unrestricted, .complained,
        ].randomElement(using: &random)!
        var act = ConsentAct(
            references: try references(), event: event, scope: try Scope(scope), channel: .email,
            occurredAt: fixture.clock.now + .seconds(Int.random(in: -90_000...300, using: &random)),
            method: [.page, .paper, .api].randomElement(using: &random)!, actor: "contact",
            noticeDigest: Bool.random(using: &random) ? [UInt8](repeating: 1, count: 32) : nil)
        switch event {
        case .misdirected, .bounced: act.scope = .channel
        case .restricted, .unrestricted: act.scope = .all
        case .complained: act.scope = .marketing
        case .given, .softOptIn: if scope == "all" || scope == "channel" { act.scope = .marketing }
        default: break
        }
        if event == .softOptIn { act.evidenceDigest = [UInt8](repeating: 2, count: 32) }
        if event == .softOptIn { act.noticeDigest = [UInt8](repeating: 1, count: 32) }
        if event == .lifted { act.method = .paper }
        _ = try fixture.store.record(act, dealership: fixture.dealership)
    }

    private func accept() throws {
        let (purpose, purposeClass) = Self.purposes.randomElement(using: &random)!
        var acceptance = try fixture.acceptance(purpose: purpose, class: purposeClass)
        acceptance.contents[0].references = try references()
        acceptance.contents[0].recipient = "somebody@example.lu"
        let record = try fixture.accept(acceptance)
        try remember(record)
    }

    private func claim() throws {
        let blocked = Set(try ids(.blocked))
        let claim = try fixture.claim()
        // What was stopped on the way was asked now; what expired there was asked too, and its reason is another.
        for id in try ids(.blocked) where !blocked.contains(id) { try remember(fixture.message(id)) }
        for id in try ids(.expired) { told[id] = nil }
        guard let claim else { return }
        try remember(fixture.message(claim.id))
        try fixture.settle(claim, .accepted)
    }

    private func retry() throws {
        guard let id = try ids(.blocked).randomElement(using: &random) else { return }
        if let record = try? fixture.store.act(.retry, on: id) { try remember(record) }
    }

    private func remember(_ record: MessageRecord) throws {
        told[record.id] = Told(
            verdict: record.reasonCode ?? "allowed", entry: record.reasonEntry, seq: try chainEnd())
    }

    private func ids(_ state: MessageState) throws -> [MessageID] {
        try fixture.store.read { reader throws(StoreError) in
            try reader.messageIDs(MessageFilter(state: state, limit: 10_000))
        }
    }

    private func chainEnd() throws -> Int64 {
        try ledger.first("SELECT max(seq) FROM ledger") { $0.integer(0) } ?? 0
    }

    /// Nine addresses come with the number K-0, which is a counter customer's from then on.
    private func references() throws -> ContactReferences {
        let number = Int.random(in: 0..<24, using: &random)
        let address = try fixture.reference("person\(number)@example.lu")
        let other = try fixture.reference("other\(number)@example.lu")
        let customer =
            Int.random(in: 0..<3, using: &random) > 0
            ? try fixture.reference(customer: number < 10 ? "K-0" : "K-\(number)") : nil
        return ContactReferences(
            address: address, customer: customer, otherAddress: Bool.random(using: &random) ? other : nil)
    }
}
