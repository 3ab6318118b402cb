// T2, claim: order, the gate asked again inside, the end of the lifetime, and the fence.

import Consent
import Delivery
import Domain
import OutboxStore
import Support
import Testing

struct ClaimTests {
    private let day = Duration.seconds(86_400)

    @Test func theLongestDueComesFirst() throws {
        let fixture = try StoreFixture()
        let first = try fixture.accept(fixture.acceptance("a@example.lu")).id
        fixture.clock.advance(by: .seconds(1))
        let second = try fixture.accept(fixture.acceptance("b@example.lu")).id
        let third = try fixture.accept(fixture.acceptance("c@example.lu")).id
        let claim = try #require(try fixture.claim())
        #expect(claim.id == first)
        // Deferred, it goes behind those that are due before its next attempt.
        try fixture.settle(claim, .deferred, status: "451")
        #expect(try fixture.claim()?.id == second)
        #expect(try fixture.claim()?.id == third)
        #expect(try fixture.claim() == nil)
        fixture.clock.advance(by: .seconds(1800))
        #expect(try fixture.claim()?.id == first)
    }

    @Test func nothingDueTellsWhenTheNextIs() throws {
        let fixture = try StoreFixture()
        let request = ClaimRequest(
            channel: .email, provider: "relay", isRecipientAllowed: { _ in true })
        guard case .idle(nil) = try fixture.store.settle(nil, thenClaim: request) else {
            Issue.record("an empty outbox has nothing due")
            return
        }
        try fixture.accept(fixture.acceptance())
        try fixture.settle(#require(try fixture.claim()), .deferred, status: "451")
        guard case .idle(let nextDue) = try fixture.store.settle(nil, thenClaim: request) else {
            Issue.record("it is not due yet")
            return
        }
        #expect(nextDue == fixture.clock.now + .seconds(1800))
    }

    @Test func aClaimRaisesTheFenceAndWritesTheAttemptFirst() throws {
        let fixture = try StoreFixture()
        let id = try fixture.accept(fixture.acceptance(body: "B: c\r\n\r\nx\r\n")).id
        let claim = try #require(try fixture.claim(provider: "relay-1"))
        #expect(claim.fence == 1 && claim.tries == 0)
        #expect(claim.body == Array("B: c\r\n\r\nx\r\n".utf8))
        #expect(claim.sender == "atelier@example.lu" && claim.recipient == "zoe@example.lu")
        let sending = try fixture.message(id)
        #expect(sending.state == .sending && sending.nextAttemptAt == nil)
        #expect(sending.attempts.map(\.provider) == ["relay-1"])
        #expect(sending.attempts.first?.outcome == nil && sending.attempts.first?.at == fixture.clock.now)
        try fixture.settle(claim, .deferred, status: "451")
        fixture.clock.advance(by: day)
        #expect(try fixture.claim()?.fence == 2)
        #expect(try fixture.message(id).attempts.map(\.outcome) == [.deferred, nil])
    }

    @Test func anObjectionBetweenAcceptAndClaimBlocks() throws {
        let fixture = try StoreFixture()
        let blocked = try fixture.accept(fixture.acceptance("paul@example.lu")).id
        let other = try fixture.accept(fixture.acceptance("anna@example.lu")).id
        let objection = try #require(try fixture.record(of: "paul@example.lu").entry)
        #expect(try fixture.claim()?.id == other)
        let message = try fixture.message(blocked)
        #expect(message.state == .blocked && message.attempts.isEmpty)
        #expect(message.reasonCode == "objected" && message.reasonEntry == objection.id)
    }

    @Test func aRecipientNoLongerAllowedBlocks() throws {
        let fixture = try StoreFixture()
        let id = try fixture.accept(fixture.acceptance()).id
        #expect(try fixture.claim(isRecipientAllowed: { $0 != "zoe@example.lu" }) == nil)
        #expect(try fixture.message(id).reasonCode == "recipient-not-allowed")
    }

    @Test func theEndIsLookedAtInTheLastInstant() throws {
        let fixture = try StoreFixture()
        let timing = MessageTiming(deliverBy: fixture.clock.now + day)
        let id = try fixture.accept(fixture.acceptance(timing: timing)).id
        fixture.clock.advance(by: day - .milliseconds(1))
        let claim = try #require(try fixture.claim())
        try fixture.settle(claim, .deferred, status: "451")
        #expect(try fixture.message(id).nextAttemptAt == timing.deliverBy)
        fixture.clock.advance(by: .milliseconds(1))
        #expect(try fixture.claim() == nil)
        let message = try fixture.message(id)
        #expect(message.state == .expired && message.reasonCode == "deadline-over")
        let old = try fixture.accept(fixture.acceptance()).id
        fixture.clock.advance(by: RetrySchedule.email.lifetime)
        #expect(try fixture.claim() == nil)
        #expect(try fixture.message(old).state == .expired, "without deliverBy the retry lifetime counts")
    }

    @Test func aClaimPassesManyThatMayNotGo() throws {
        let fixture = try StoreFixture()
        for number in 0..<120 { try fixture.accept(fixture.acceptance("p\(number % 3)@example.lu")) }
        let last = try fixture.accept(fixture.acceptance("anna@example.lu")).id
        for number in 0..<3 { try fixture.record(of: "p\(number)@example.lu") }
        let request = ClaimRequest(
            channel: .email, provider: "relay", isRecipientAllowed: { _ in true })
        // One transaction settles a bounded number on its way, and says that there is more to do now.
        guard case .idle(let nextDue) = try fixture.store.settle(nil, thenClaim: request) else {
            Issue.record("the first hundred are blocked")
            return
        }
        #expect(nextDue == fixture.clock.now)
        #expect(try fixture.claim()?.id == last)
        #expect(try fixture.messages(MessageFilter(state: .blocked, limit: 1000)).count == 120)
    }

    @Test func anotherChannelIsNotClaimed() throws {
        let fixture = try StoreFixture()
        try fixture.accept(fixture.acceptance(channel: .sms))
        #expect(try fixture.claim() == nil)
    }
}
