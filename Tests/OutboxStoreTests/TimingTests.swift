// When a message may leave, in which order, and what replaces it: over a real store with a clock of its own.

import Delivery
import Domain
import OutboxStore
import Support
import Testing

@Suite("Timing")
struct TimingTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    @Test func aMessageWaitsForItsNotBefore() throws {
        let start = fixture.clock.now + .seconds(3600)
        let id = try fixture.accept(fixture.acceptance(timing: MessageTiming(notBefore: start))).id
        #expect(try fixture.message(id).nextAttemptAt == start)
        #expect(try fixture.claim() == nil)
        // Neither a hold that ends nor a retry sends it before its time.
        _ = try fixture.store.act(.hold, on: id)
        #expect(try fixture.store.act(.release, on: id).nextAttemptAt == start)
        _ = try fixture.store.act(.cancel, on: id)
        #expect(try fixture.store.act(.retry, on: id).nextAttemptAt == start)
        fixture.clock.advance(by: .seconds(3600))
        #expect(try fixture.claim()?.id == id)
    }

    @Test func theUrgentGoFirstAndBulkIsLateButNotStarved() throws {
        let bulk = try fixture.accept(fixture.acceptance(timing: MessageTiming(priority: .bulk))).id
        let normal = try fixture.accept(fixture.acceptance()).id
        let urgent = try fixture.accept(fixture.acceptance(timing: MessageTiming(priority: .urgent))).id
        #expect(try fixture.claim()?.id == urgent)
        #expect(try fixture.claim()?.id == normal)
        // Messages that keep coming overtake bulk for as long as its handicap lasts, and no longer.
        let handicap = Priority.bulk.handicap - Priority.normal.handicap
        fixture.clock.advance(by: handicap - .milliseconds(1))
        let overtaking = try fixture.accept(fixture.acceptance()).id
        fixture.clock.advance(by: .milliseconds(2))
        let late = try fixture.accept(fixture.acceptance()).id
        #expect(try fixture.claim()?.id == overtaking)
        #expect(try fixture.claim()?.id == bulk)
        #expect(try fixture.claim()?.id == late)
    }

    @Test func aNewerMessageReplacesTheWaitingOne() throws {
        let timing = MessageTiming(coalesceKey: "WO-1/quote")
        let old = try fixture.accept(fixture.acceptance(timing: timing)).id
        let other = try fixture.accept(fixture.acceptance("anna@example.lu", timing: timing)).id
        let held = try fixture.accept(fixture.acceptance(timing: timing)).id
        #expect(try fixture.message(old).state == .cancelled)
        #expect(try fixture.message(old).reasonCode == "coalesced")
        _ = try fixture.store.act(.hold, on: held)
        let new = try fixture.accept(fixture.acceptance(timing: timing)).id
        #expect(try fixture.message(held).state == .cancelled, "one that is held waits too")
        #expect(try fixture.message(other).state == .queued, "another contact's is another message")
        #expect(try fixture.claim()?.id == other)
        #expect(try fixture.claim()?.id == new)
        // What has begun to leave is left alone.
        _ = try fixture.accept(fixture.acceptance(timing: timing))
        #expect(try fixture.message(new).state == .sending)
        // A blocked one replaces nothing.
        let waiting = try fixture.accept(fixture.acceptance("paul@example.lu", timing: timing)).id
        _ = try fixture.accept(
            fixture.acceptance("paul@example.lu", isRecipientAllowed: false, timing: timing))
        #expect(try fixture.message(waiting).state == .queued)
    }

    @Test func aRetriedMessageHasItsLifetimeFromItsStartOn() throws {
        let start = fixture.clock.now + .seconds(10 * 86_400)
        let id = try fixture.accept(fixture.acceptance(timing: MessageTiming(notBefore: start))).id
        _ = try fixture.store.act(.cancel, on: id)
        _ = try fixture.store.act(.retry, on: id)
        fixture.clock.advance(by: .seconds(10 * 86_400))
        #expect(try fixture.claim()?.id == id, "its time has only begun")
    }

    @Test func aDamagedRowIsSetAsideAndTheOthersGoOn() throws {
        let damaged = try fixture.accept(fixture.acceptance("a@example.lu")).id
        let contact = try fixture.accept(fixture.acceptance("b@example.lu")).id
        let good = try fixture.accept(fixture.acceptance("c@example.lu")).id
        try fixture.record(of: "b@example.lu", scope: .marketing)
        let raw = try fixture.rawConnection()
        try raw.run("UPDATE message SET purpose = 'NOT A PURPOSE' WHERE id = ?", [.blob(damaged.bytes)])
        try raw.run("UPDATE standing SET event = 'whispered'")
        #expect(try fixture.claim()?.id == good)
        #expect(try fixture.claim() == nil)
        #expect(try fixture.message(contact).state == .held)
        #expect(try fixture.message(contact).reasonCode == "unreadable")
        let state = try raw.first("SELECT state FROM message WHERE id = ?", [.blob(damaged.bytes)]) {
            $0.text(0)
        }
        #expect(state == "held")
    }

    @Test func aProvidersFaultUsesUpNoTry() throws {
        let id = try fixture.accept(fixture.acceptance()).id
        for _ in 0..<3 {
            let claim = try #require(try fixture.claim())
            #expect(claim.tries == 0)
            let verdict = Verdict(outcome: .deferred, status: "connect", isProviderFault: true)
            _ = try fixture.store.settle(
                AttemptEnd(
                    claim: claim, verdict: verdict, reply: nil,
                    settlement: Settlement(state: .queued, nextAttemptAt: fixture.clock.now)), thenClaim: nil)
        }
        try fixture.settle(#require(try fixture.claim()), .deferred, status: "451")
        #expect(
            try fixture.message(id).nextAttemptAt == fixture.clock.now + .seconds(1800), "its first own gap")
        fixture.clock.advance(by: .seconds(1800))
        #expect(try fixture.claim()?.tries == 1)
    }

    @Test func aHeldMessageHasALifetimeWhenItIsReleased() throws {
        let id = try fixture.accept(fixture.acceptance()).id
        _ = try fixture.store.act(.hold, on: id)
        fixture.clock.advance(by: RetrySchedule.email.lifetime + .seconds(60))
        _ = try fixture.store.act(.release, on: id)
        #expect(try fixture.claim()?.id == id)
    }

    @Test func anActAnswersWithTheLastAttemptsOfVeryMany() throws {
        let id = try fixture.accept(fixture.acceptance()).id
        for number in 0..<30 {
            let claim = try #require(try fixture.claim())
            let verdict = Verdict(outcome: .deferred, status: "connect", isProviderFault: true)
            _ = try fixture.store.settle(
                AttemptEnd(
                    claim: claim, verdict: verdict, reply: "try \(number)",
                    settlement: Settlement(state: .queued, nextAttemptAt: fixture.clock.now)), thenClaim: nil)
        }
        let answer = try fixture.store.act(.hold, on: id)
        #expect(answer.attempts.count == 20 && answer.attempts.last?.reply == "try 29")
        #expect(try fixture.message(id).attempts.map(\.reply) == (0..<30).map { "try \($0)" })
    }
}
