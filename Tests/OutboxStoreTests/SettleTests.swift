// T3, settle, under its fence; what a crash leaves; and how a person settles what is in doubt.

import Consent
import Delivery
import Domain
import OutboxStore
import Support
import Testing

struct SettleTests {
    @Test(arguments: [
        (Outcome.accepted, MessageState.sent, nil as String?),
        (.rejected, .failed, "550"),
        (.unknown, .unknown, "550"),
        (.deferred, .queued, "550"),
    ])
    func anOutcomeMovesTheMessage(outcome: Outcome, state: MessageState, reason: String?) throws {
        let fixture = try StoreFixture()
        let id = try fixture.accept(fixture.acceptance()).id
        try fixture.settle(#require(try fixture.claim()), outcome, status: "550", reply: "550 5.1.1 no")
        let message = try fixture.message(id)
        #expect(message.state == state && message.reasonCode == reason)
        #expect((message.nextAttemptAt != nil) == [.queued, .unknown].contains(state))
        let attempt = try #require(message.attempts.first)
        #expect(attempt.outcome == outcome && attempt.status == "550" && attempt.reply == "550 5.1.1 no")
    }

    @Test func aStaleFenceChangesNothingButWritesALateAccepted() throws {
        let fixture = try StoreFixture()
        let id = try fixture.accept(fixture.acceptance()).id
        let stale = try #require(try fixture.claim())
        try fixture.settle(stale, .unknown, status: "closed")
        _ = try fixture.store.resolve(id, .retry)
        let current = try #require(try fixture.claim())
        // A late refusal of the first attempt says nothing any more: not to the message, not to its attempt.
        try fixture.settle(stale, .rejected, status: "550")
        #expect(try fixture.message(id).state == .sending)
        #expect(try fixture.message(id).attempts.map(\.outcome) == [.unknown, nil])
        // A late acceptance does not move the message, which is on its way a second time, but it is kept.
        try fixture.settle(stale, .accepted, status: "250")
        #expect(try fixture.message(id).state == .sending)
        #expect(try fixture.message(id).attempts.map(\.outcome) == [.accepted, nil])
        #expect(try fixture.message(id).attempts.first?.status == "250")
        try fixture.settle(current, .rejected, status: "554")
        #expect(try fixture.message(id).state == .failed)
        // What is accepted stays accepted.
        try fixture.settle(stale, .unknown, status: "closed")
        #expect(try fixture.message(id).attempts.map(\.outcome) == [.accepted, .rejected])
    }

    @Test func aLateSettleUsesUpNoTry() throws {
        let fixture = try StoreFixture()
        let id = try fixture.accept(fixture.acceptance()).id
        let stale = try #require(try fixture.claim())
        try fixture.reopen()
        // Its fence is still the message's last, but the message is not in its hands any more.
        _ = try fixture.store.resolve(id, .retry)
        try fixture.settle(stale, .deferred, status: "451")
        #expect(try fixture.claim()?.tries == 0)
    }

    @Test func settlingAndClaimingIsOneTransaction() throws {
        let fixture = try StoreFixture()
        let first = try fixture.accept(fixture.acceptance("a@example.lu")).id
        let second = try fixture.accept(fixture.acceptance("b@example.lu")).id
        let claim = try #require(try fixture.claim())
        let verdict = Verdict(outcome: .accepted, status: "250")
        let result = try fixture.store.settle(
            AttemptEnd(claim: claim, verdict: verdict, reply: nil, settlement: Settlement(state: .sent)),
            thenClaim: ClaimRequest(
                channel: .email, provider: "relay", isRecipientAllowed: { _ in true }))
        guard case .claimed(let next) = result else {
            Issue.record("the second message is due")
            return
        }
        #expect(next.id == second)
        #expect(try fixture.message(first).state == .sent)
    }

    @Test func whatACrashLeftInSendingIsUnknown() throws {
        let fixture = try StoreFixture()
        let interrupted = try fixture.accept(fixture.acceptance("a@example.lu")).id
        let waiting = try fixture.accept(fixture.acceptance("b@example.lu")).id
        let claim = try #require(try fixture.claim())
        try fixture.reopen()
        #expect(fixture.store.interruptedCount == 1)
        let message = try fixture.message(interrupted)
        #expect(message.state == .unknown && message.reasonCode == "interrupted")
        #expect(message.attempts.map(\.outcome) == [.unknown])
        #expect(message.attempts.first?.status == "interrupted")
        // It may have been sent: nothing claims it again, and its late acceptance is kept.
        #expect(try fixture.claim()?.id == waiting)
        #expect(try fixture.claim() == nil)
        try fixture.settle(claim, .accepted)
        #expect(try fixture.message(interrupted).attempts.map(\.outcome) == [.accepted])
        #expect(try fixture.message(interrupted).state == .unknown)
        try fixture.reopen()
        #expect(fixture.store.interruptedCount == 1, "the second message, claimed above")
    }

    @Test(arguments: [
        (Resolution.accepted, MessageState.sent, "resolved-accepted"),
        (.rejected, .failed, "resolved-rejected"),
        (.retry, .queued, "resolved-retry"),
    ])
    func aPersonResolvesWhatIsUnknown(resolution: Resolution, state: MessageState, reason: String) throws {
        let fixture = try StoreFixture()
        let id = try fixture.accept(fixture.acceptance()).id
        try fixture.settle(#require(try fixture.claim()), .unknown, status: "closed")
        #expect(try fixture.claim() == nil)
        let resolved = try fixture.store.resolve(id, resolution)
        #expect(resolved.state == state && resolved.reasonCode == reason)
        #expect(try (fixture.claim() != nil) == (resolution == .retry))
    }

    @Test func onlyUnknownIsResolved() throws {
        let fixture = try StoreFixture()
        let queued = try fixture.accept(fixture.acceptance("a@example.lu")).id
        try conflict(fixture, queued, "queued")
        let claim = try #require(try fixture.claim())
        try conflict(fixture, queued, "sending")
        try fixture.settle(claim, .accepted)
        try conflict(fixture, queued, "sent")
        let failed = try fixture.accept(fixture.acceptance("b@example.lu")).id
        try fixture.settle(#require(try fixture.claim()), .rejected)
        try conflict(fixture, failed, "failed")
        let blocked = try fixture.accept(fixture.acceptance(isRecipientAllowed: false)).id
        try conflict(fixture, blocked, "blocked")
        let none = MessageID(at: fixture.clock.now, random: [UInt8](repeating: 0, count: 10))
        #expect(throws: StoreError.notFound("message \(none)")) {
            _ = try fixture.store.resolve(none, .accepted)
        }
    }

    private func conflict(_ fixture: StoreFixture, _ id: MessageID, _ state: String) throws {
        for resolution in Resolution.allCases {
            #expect(throws: StoreError.conflict("\(id) is \(state), and only an unknown message is resolved"))
            {
                _ = try fixture.store.resolve(id, resolution)
            }
        }
        #expect(try fixture.message(id).state.rawValue == state)
    }
}
