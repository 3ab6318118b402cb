// A message that may have arrived: one more try with the same bytes at the same provider, later; whatever but an acceptance comes of
// that, the doubt stays, and only a person ends it.

import Delivery
import Domain
import OutboxStore
import Support
import Testing

@Suite("A message in doubt")
struct DoubtTests {
    private let fixture: StoreFixture
    private let delay = Duration.seconds(1800)

    init() throws { fixture = try StoreFixture() }

    private func doubtful() throws -> MessageID {
        let id = try fixture.accept(fixture.acceptance()).id
        try fixture.settle(#require(try fixture.claim()), .unknown, status: "closed")
        return id
    }

    @Test(arguments: [
        (Outcome.accepted, MessageState.sent), (.deferred, .unknown), (.rejected, .unknown),
        (.unknown, .unknown),
    ])
    func getsOneMoreTryAndThenWaits(outcome: Outcome, state: MessageState) throws {
        let id = try doubtful()
        #expect(try fixture.message(id).nextAttemptAt == fixture.clock.now + delay)
        fixture.clock.advance(by: delay - .milliseconds(1))
        #expect(try fixture.claim() == nil)
        fixture.clock.advance(by: .milliseconds(1))
        let claim = try #require(try fixture.claim())
        #expect(claim.id == id && claim.isInDoubt && claim.fence == 2)
        try fixture.settle(claim, outcome, status: "451")
        #expect(try fixture.message(id).state == state)
        #expect(try fixture.message(id).nextAttemptAt == nil)
        fixture.clock.advance(by: .seconds(86_400))
        #expect(try fixture.claim() == nil)
    }

    @Test func isNotHandedToAnotherProvider() throws {
        let id = try doubtful()
        fixture.clock.advance(by: delay)
        #expect(try fixture.claim(provider: "another") == nil)
        let message = try fixture.message(id)
        #expect(
            message.state == .unknown && message.reasonCode == "provider-changed"
                && message.nextAttemptAt == nil)
    }

    @Test func staysInDoubtWhenTheContactObjects() throws {
        let id = try doubtful()
        let entry = try fixture.record(of: "zoe@example.lu").entry
        fixture.clock.advance(by: delay)
        #expect(try fixture.claim() == nil)
        let message = try fixture.message(id)
        #expect(
            message.state == .unknown && message.reasonCode == "objected" && message.reasonEntry == entry?.id)
        #expect(message.nextAttemptAt == nil && message.attempts.count == 1)
    }

    @Test func aCrashInTheOneMoreTryLeavesItToAPerson() throws {
        let id = try doubtful()
        fixture.clock.advance(by: delay)
        _ = try #require(try fixture.claim())
        try fixture.reopen()
        #expect(try fixture.message(id).state == .unknown)
        fixture.clock.advance(by: .seconds(86_400))
        #expect(try fixture.claim() == nil)
        let resolved = try fixture.store.resolve(id, .retry)
        #expect(resolved.state == .queued)
        let claim = try #require(try fixture.claim())
        #expect(!claim.isInDoubt, "a person took the doubt away")
    }

    @Test func aCrashIsOneDoubt() throws {
        let id = try fixture.accept(fixture.acceptance()).id
        _ = try #require(try fixture.claim())
        try fixture.reopen()
        #expect(try fixture.message(id).nextAttemptAt == fixture.clock.now + delay)
        fixture.clock.advance(by: delay)
        #expect(try fixture.claim()?.isInDoubt == true)
    }
}
