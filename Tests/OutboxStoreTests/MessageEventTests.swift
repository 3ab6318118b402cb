// Every state that a message comes into is told in the transaction that makes it so, whoever does it; what it only passes through is not.

import Consent
import Delivery
import Domain
import OutboxStore
import Runtime
import Support
import Testing

@Suite("Events of messages and contacts")
struct MessageEventTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    /// Type and reason of everything that was told of a message.
    private func told(_ id: MessageID) throws -> [String] {
        try fixture.events().filter { $0.message == id }.map {
            $0.type + ($0.reason.map { " \($0)" } ?? "")
        }
    }

    private func accept(_ email: String = "zoe@example.lu", coalesceKey: String? = nil) throws -> MessageID {
        try fixture.accept(
            fixture.acceptance(email, reference: "WO-1", timing: MessageTiming(coalesceKey: coalesceKey))
        ).id
    }

    private func claim() throws -> Claim { try #require(try fixture.claim()) }

    @Test func whatAnAttemptMakesOfAMessage() throws {
        let sent = try accept()
        try fixture.settle(claim(), .accepted)
        let failed = try accept()
        try fixture.settle(claim(), .rejected, status: "5.7.1")
        let unknown = try accept()
        try fixture.settle(claim(), .unknown, status: "timeout")
        let deferred = try accept("max@example.lu")
        try fixture.settle(claim(), .deferred, status: "4.2.2")
        #expect(try told(sent) == ["message.sent"])
        #expect(try told(failed) == ["message.failed 5.7.1"])
        #expect(try told(unknown) == ["message.unknown timeout"])
        #expect(try told(deferred) == [])
        // The late answer of a claim that is not the last one any more tells nothing.
        try fixture.reopen()
        #expect(try told(sent) == ["message.sent"])
    }

    @Test func whatOperatorsAndCallersDo() throws {
        let id = try accept()
        _ = try fixture.store.act(.hold, on: id)
        _ = try fixture.store.act(.release, on: id)
        _ = try fixture.store.act(.cancel, on: id)
        #expect(try told(id) == ["message.held hold", "message.cancelled cancel"])
        let replaced = try accept(coalesceKey: "quote")
        let newer = try accept(coalesceKey: "quote")
        #expect(try told(replaced) == ["message.cancelled coalesced"])
        try fixture.settle(claim(), .unknown, status: "timeout")
        _ = try fixture.store.resolve(newer, .accepted)
        #expect(try told(newer) == ["message.unknown timeout", "message.sent resolved-accepted"])
        // A conflict is no event.
        #expect(throws: StoreError.self) { _ = try fixture.store.act(.cancel, on: newer) }
        #expect(try told(newer).count == 2)
    }

    @Test func whatTheClockAndTheLedgerDo() throws {
        let expired = try accept()
        fixture.clock.advance(by: .seconds(5 * 86_400))
        #expect(try fixture.claim() == nil)
        #expect(try told(expired) == ["message.expired deadline-over"])
        let late = try accept()
        let entry = try #require(
            try fixture.record(of: "zoe@example.lu", method: .oneClick).added.first?.id)
        #expect(try fixture.claim() == nil)
        #expect(try told(late) == ["contact.unreachable", "message.blocked objected"])
        let early = try accept()
        #expect(try told(early) == ["message.blocked objected", "contact.unreachable"])
        let blocked = try #require(try fixture.events(type: .messageBlocked).last)
        #expect(blocked.entry == entry)
    }

    @Test func whatAStartAndARestoreDo() throws {
        let id = try accept()
        _ = try claim()
        for expected in [
            ["message.unknown interrupted"], ["message.unknown interrupted", "message.unknown interrupted"],
        ] {
            try fixture.reopen()
            #expect(try told(id) == expected)
            fixture.clock.advance(by: .seconds(1800))
            _ = try fixture.claim()
        }
        let waiting = try accept("max@example.lu")
        let raw = try fixture.rawConnection()
        try raw.run("INSERT INTO home (name, value) VALUES ('fence', 'test'), ('fence-last-message', '9')")
        #expect(try fixture.store.acceptRestore() == 1)
        #expect(try told(waiting) == ["message.held restored"])
    }

    @Test func whatARectificationDoes() throws {
        let id = try accept()
        let evidence = EvidenceText("letter", salt: [UInt8](repeating: 1, count: 16))
        _ = try fixture.store.rectify(
            Rectification(
                dealership: fixture.dealership, old: try fixture.reference("zoe@example.lu"),
                new: try fixture.reference("new@example.lu"), reason: .changed,
                author: Author(method: .operator, actor: "operator:test"), evidenceDigest: evidence.digest),
            evidence)
        #expect(try told(id) == ["message.cancelled rectified"])
    }

    @Test func whatAPersonSaysIsToldOnceAnAct() throws {
        func types() throws -> [String] { try fixture.events().map(\.type) }
        let act = ConsentAct(
            references: ContactReferences(
                address: try fixture.reference("zoe@example.lu"),
                customer: try fixture.reference(customer: "K-1")),
            event: .objected, scope: .marketing, occurredAt: fixture.clock.now, method: .page,
            actor: "contact")
        let said = try fixture.store.record(act, dealership: fixture.dealership)
        #expect(said.added.count > 1)
        let event = try #require(try fixture.events().first)
        #expect(try types() == ["contact.objected"])
        #expect(try event.contact == fixture.reference("zoe@example.lu"))
        #expect(event.view["scope"] == "marketing" && event.entry == said.added.first?.id)
        // What a dealership or the gateway says by itself is no news to it.
        try fixture.record(of: "max@example.lu", method: .api)
        try fixture.record(.bounced, of: "max@example.lu", scope: .channel, channel: .email, method: .dsn)
        #expect(try types() == ["contact.objected"])
        let undone = Monitor<Result<RecordedConsent, StoreError>?>(nil)
        fixture.store.undo(said.added.map(\.id), dealership: fixture.dealership) { result in
            undone.update { $0 = result }
        }
        #expect(try undone.wait { $0 }.get().added.count == said.added.count)
        #expect(try types() == ["contact.objected", "contact.lifted"])
    }

    @Test func aViewHasIdsAndNoAddress() throws {
        let id = try accept()
        try fixture.settle(claim(), .accepted)
        let event = try #require(try fixture.events().first)
        #expect(
            event.view.text() == """
                {"id":"evt_1795420800000_garage-nord","type":"message.sent","at":"2026-11-23T08:00:00.000Z",\
                "dealership":"garage-nord","contact":"\(try fixture.reference("zoe@example.lu"))","message":"\(id)",\
                "state":"sent","channel":"email","reference":"WO-1","reason":null,"entry":null,"scope":null,"webhook":null,\
                "text":null}
                """)
    }

    @Test func goWithAnErasure() throws {
        for email in ["zoe@example.lu", "max@example.lu"] {
            _ = try accept(email)
            try fixture.settle(claim(), .accepted)
            try fixture.record(of: email)
            _ = try accept(email)
        }
        #expect(try fixture.events().count == 8)
        let zoe = try fixture.subject("zoe@example.lu")
        #expect(try fixture.export(zoe)["event"].elements.count == 4)
        try fixture.erase(zoe)
        let left = try fixture.events()
        #expect(left.count == 4)
        #expect(try left.allSatisfy { try $0.contact == fixture.reference("max@example.lu") })
    }
}
