// Receipts in the store: found by our reference or the provider's, kept when they overtake the answer, the same end in any order.

import Consent
import Delivery
import Domain
import OutboxStore
import Support
import Testing

@Suite("Receipts in the store")
struct ReceiptTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private func receive(
        _ state: ReceiptState, of id: MessageID? = nil, reference: String? = nil, provider: String = "sms",
        status: String = "30003"
    ) throws {
        _ = try fixture.store.perform(
            .receive(
                ProviderReceipt(
                    provider: provider, message: id, reference: reference, state: state, status: status)))
    }

    /// An SMS that was handed over and has no answer yet.
    private func claimed() throws -> Claim {
        _ = try fixture.accept(fixture.acceptance(by: [.sms]))
        return try #require(try fixture.claim(.sms, provider: "sms"))
    }

    @Test func aReceiptMovesTheMessageAndTellsTheDealership() throws {
        let claim = try claimed()
        try fixture.settle(claim, .accepted, providerReference: "SM1")
        try receive(.sent, reference: "SM1")
        #expect(try fixture.message(claim.id).state == .sent)
        try receive(.failed, reference: "SM1")
        #expect(try fixture.message(claim.id).state == .failed)
        #expect(try fixture.message(claim.id).reasonCode == "30003")
        try receive(.delivered, of: claim.id)
        try receive(.delivered, of: claim.id)
        #expect(try fixture.message(claim.id).state == .delivered)
        #expect(
            try fixture.events().map(\.type) == ["message.sent", "message.failed", "message.delivered"])
    }

    /// The answer and five receipts in 1 000 orders: one state.
    @Test func anyOrderOfSixEventsEndsTheSame() throws {
        var generator = SeededGenerator(state: 21)
        var ends: Set<MessageState> = []
        for turn in 0..<1_000 {
            let claim = try claimed()
            let reference = "SM\(turn)"
            var events: [() throws -> Void] = [
                { try fixture.settle(claim, .accepted, providerReference: reference) },
                { try receive(.sent, reference: reference) },
                { try receive(.failed, of: claim.id) },
                { try receive(.delivered, reference: reference) },
                { try receive(.delivered, of: claim.id, reference: reference) },
                { try receive(.failed, reference: reference) },
            ]
            events.shuffle(using: &generator)
            for event in events { try event() }
            ends.insert(try fixture.message(claim.id).state)
        }
        #expect(ends == [.delivered])
        let early = try fixture.rawConnection().first("SELECT count(*) FROM early_receipt") { $0.integer(0) }
        #expect(early == 0, "nothing waits for an answer that has come")
    }

    @Test func aReceiptSettlesADoubt() throws {
        let claim = try claimed()
        try fixture.settle(claim, .unknown, status: "timeout")
        #expect(try fixture.message(claim.id).state == .unknown)
        try receive(.delivered, of: claim.id)
        #expect(try fixture.message(claim.id).state == .delivered)
    }

    /// The provider was told 200, so it will not say it again.
    @Test func aReceiptThatCameBeforeACrashCountsAfterIt() throws {
        let claims = try (0..<3).map { _ in try claimed() }
        try receive(.delivered, of: claims[0].id)
        try receive(.failed, of: claims[1].id)
        try fixture.reopen()
        #expect(
            try claims.map { try fixture.message($0.id).state } == [.delivered, .failed, .unknown])
    }

    @Test func aReceiptOfTheChannelBeforeSaysNothingOfThisOne() throws {
        let id = try fixture.accept(fixture.acceptance(by: [.sms, .email])).id
        try fixture.settle(
            #require(try fixture.claim(.sms, provider: "sms")), .rejected, providerReference: "SM1")
        try receive(.bounced, reference: "SM1")
        try receive(.failed, of: id)
        #expect(try fixture.message(id).state == .queued)
        try fixture.settle(#require(try fixture.claim()), .accepted)
        for state in ReceiptState.allCases {
            try receive(state, of: id)
            try receive(state, reference: "SM1")
        }
        #expect(try fixture.message(id).state == .sent && fixture.message(id).channel == .email)
        #expect(try fixture.accept(fixture.acceptance(by: [.email])).state == .queued, "no dead mailbox")
    }

    @Test func aReceiptOfAnEarlierTrySaysNothingOfTheNext() throws {
        let first = try claimed()
        try fixture.settle(first, .accepted, providerReference: "SM1")
        try receive(.failed, reference: "SM1")
        _ = try fixture.store.act(.retry, on: first.id)
        try fixture.settle(
            #require(try fixture.claim(.sms, provider: "sms")), .unknown, status: "timeout")
        try receive(.failed, reference: "SM1")
        #expect(try fixture.message(first.id).state == .unknown, "the second one may be there")
        try receive(.delivered, of: first.id, reference: "SM2")
        #expect(try fixture.message(first.id).state == .delivered)
        let named = try fixture.rawConnection().first(
            "SELECT count(*) FROM attempt WHERE provider_reference = 'SM2'"
        ) { $0.integer(0) }
        #expect(named == 1, "its name is known from now on")
    }

    @Test func whatArrivedWhileItWasHeldIsNotSentAgainWhenItIsReleased() throws {
        let claim = try claimed()
        try fixture.settle(claim, .deferred, status: "503")
        _ = try fixture.store.act(.hold, on: claim.id)
        try receive(.delivered, of: claim.id)
        let released = try fixture.store.act(.release, on: claim.id)
        #expect(released.state == .held && released.reasonCode == "receipt")
    }

    @Test func whatIsTriedAgainAlthoughItArrivedIsHeld() throws {
        let claim = try claimed()
        try fixture.settle(claim, .deferred, status: "503")
        try receive(.delivered, of: claim.id)
        let message = try fixture.message(claim.id)
        #expect(message.state == .held && message.reasonCode == "receipt")
        fixture.clock.advance(by: .seconds(7_200))
        #expect(try fixture.claim(.sms, provider: "sms") == nil)
    }

    @Test func aStrangersReceiptChangesNothing() throws {
        let claim = try claimed()
        try fixture.settle(claim, .accepted, providerReference: "SM1")
        try receive(.failed, reference: "SM1", provider: "other")
        try receive(.failed, of: claim.id, provider: "other")
        try receive(.failed, reference: "SM2")
        try receive(.failed, of: MessageID(at: fixture.clock.now, random: [UInt8](repeating: 3, count: 10)))
        #expect(try fixture.message(claim.id).state == .sent)
    }

    @Test func aDeadNumberIsLeftAloneFromThenOn() throws {
        let claim = try claimed()
        try fixture.settle(claim, .accepted, providerReference: "SM1")
        try receive(.bounced, reference: "SM1")
        #expect(try fixture.message(claim.id).state == .bounced)
        let next = try fixture.accept(fixture.acceptance(by: [.sms]))
        #expect(next.state == .blocked && next.reasonCode == "bounced")
        #expect(try fixture.accept(fixture.acceptance(by: [.sms, .email])).channel == .email)
    }

    @Test func whoToldTheProviderToStopHasObjected() throws {
        let claim = try claimed()
        let verdict = Verdict(outcome: .rejected, status: "21610", refusal: .objected, action: .fail)
        let settlement = Settlement.decide(
            verdict, attempts: 1, isInDoubt: false, expiresAt: claim.expiresAt, now: fixture.clock.now,
            policy: .sms, random: 0.5)
        _ = try fixture.store.settle(
            AttemptEnd(claim: claim, verdict: verdict, reply: nil, settlement: settlement), thenClaim: nil)
        #expect(try fixture.message(claim.id).state == .failed)
        let next = try fixture.accept(fixture.acceptance(by: [.sms]))
        #expect(next.state == .blocked && next.reasonCode == "objected")
    }
}
