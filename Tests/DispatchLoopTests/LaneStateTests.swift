// What the threads of one provider share, as a pure value: tables of what happened and what a worker is told.

import Delivery
import Domain
import Testing

@testable import DispatchLoop

struct LaneStateTests {
    private let start = Timestamp(milliseconds: 1_000_000)
    private let accepted = Verdict(outcome: .accepted, status: "250")
    private let fault = Verdict(outcome: .deferred, status: "connect", isProviderFault: true)
    private let configuration = Verdict(
        outcome: .deferred, status: "login", isProviderFault: true, isConfiguration: true)

    private func at(_ seconds: Double) -> Timestamp { start + .milliseconds(Int64(seconds * 1000)) }

    @Test func aWorkerClaimsUntilItFindsNothing() {
        var state = LaneState(workerCount: 1)
        #expect(state.instruction(for: 1, now: start) == .claim)
        #expect(state.instruction(for: 1, now: start) == .claim)
        state.foundNothing(worker: 1, nextDue: nil)
        #expect(state.instruction(for: 1, now: start) == .wait(until: nil))
        state.foundNothing(worker: 1, nextDue: at(30))
        #expect(state.instruction(for: 1, now: at(29.999)) == .wait(until: at(30)))
        #expect(state.instruction(for: 1, now: at(30)) == .claim)
        #expect(state.instruction(for: 1, now: at(30)) == .claim, "it is awake until it finds nothing again")
    }

    @Test func everyIdleWorkerLooksAtWhatBecomesDue() {
        var state = LaneState(workerCount: 3)
        for worker in 1...3 { state.foundNothing(worker: worker, nextDue: at(10)) }
        // Thousands may become due at one moment: a campaign, or a backlog after an outage.
        for worker in 1...3 { #expect(state.instruction(for: worker, now: at(10)) == .claim) }
        for worker in 1...3 { state.foundNothing(worker: worker, nextDue: at(20)) }
        #expect(state.instruction(for: 2, now: at(15)) == .wait(until: at(20)))
        #expect(state.isDrained(at: at(15)))
    }

    @Test func aProviderThatNamesATimeIsLeftAloneForIt() {
        for (asked, pause) in [(90, 90.0), (86_400, 3600)] {
            var state = LaneState(workerCount: 1)
            state.note(
                Verdict(
                    outcome: .deferred, status: "429", isProviderFault: true,
                    retryAfter: .seconds(Int64(asked))), now: start)
            #expect(state.pausedUntil == at(pause))
        }
    }

    @Test func anAnswerThatComesLateForgetsNoMoment() {
        var state = LaneState(workerCount: 3)
        state.foundNothing(worker: 1, nextDue: at(10))
        // The store said this to the second worker before the first one's message was deferred.
        state.foundNothing(worker: 2, nextDue: nil)
        state.foundNothing(worker: 3, nextDue: at(20))
        #expect(state.instruction(for: 2, now: at(5)) == .wait(until: at(10)))
        #expect(state.instruction(for: 2, now: at(10)) == .claim)
    }

    @Test func aTicketWakesOneIdleWorker() {
        var state = LaneState(workerCount: 2)
        for worker in 1...2 { state.foundNothing(worker: worker, nextDue: nil) }
        state.wake()
        #expect(state.peek(for: 1, now: start) == .claim, "looking takes no ticket")
        #expect(state.instruction(for: 1, now: start) == .claim)
        #expect(state.instruction(for: 2, now: start) == .wait(until: nil))
    }

    @Test func ticketsAreAsManyAsWorkers() {
        var state = LaneState(workerCount: 2)
        for worker in 1...2 { state.foundNothing(worker: worker, nextDue: nil) }
        for _ in 0..<1000 { state.wake() }
        #expect(state.instruction(for: 1, now: start) == .claim)
        #expect(state.instruction(for: 2, now: start) == .claim)
        for worker in 1...2 { state.foundNothing(worker: worker, nextDue: nil) }
        #expect(state.instruction(for: 1, now: start) == .wait(until: nil))
    }

    @Test func aWorkerThatIsAwakeLeavesTheTicket() {
        var state = LaneState(workerCount: 2)
        state.foundNothing(worker: 2, nextDue: nil)
        state.wake()
        #expect(state.instruction(for: 1, now: start) == .claim)
        #expect(state.instruction(for: 2, now: start) == .claim)
    }

    @Test func thePauseDoublesToAMinute() {
        var state = LaneState(workerCount: 1)
        var now = start
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            state.note(fault, now: now)
            let end = now + .seconds(seconds)
            #expect(state.instruction(for: 1, now: now) == .wait(until: end), "\(seconds) s")
            #expect(state.instruction(for: 1, now: end + .milliseconds(-1)) == .wait(until: end))
            #expect(state.instruction(for: 1, now: end) == .claim)
            now = end
        }
        state.note(accepted, now: now)
        #expect(state.instruction(for: 1, now: now) == .claim)
        state.note(fault, now: now)
        #expect(state.instruction(for: 1, now: now) == .wait(until: now + .seconds(1)), "it begins anew")
    }

    @Test func manyFaultsOfOneMomentAreOne() {
        var state = LaneState(workerCount: 8)
        for _ in 0..<8 { state.note(fault, now: start) }
        #expect(state.instruction(for: 1, now: start) == .wait(until: at(1)))
        state.note(fault, now: at(1))
        #expect(state.instruction(for: 1, now: at(1)) == .wait(until: at(3)))
    }

    @Test func afterAPauseOneMessageTriesWhetherTheProviderIsBack() {
        var state = LaneState(workerCount: 3)
        state.note(fault, now: start)
        #expect(!state.isHealthy)
        #expect(state.instruction(for: 1, now: at(1)) == .claim)
        for worker in 2...3 { #expect(state.instruction(for: worker, now: at(1)) == .wait(until: at(6))) }
        // Nothing was due after all: the next worker may look at once.
        state.foundNothing(worker: 1, nextDue: nil)
        #expect(state.instruction(for: 2, now: at(2)) == .claim)
        // It takes long; another one follows, so that one that hangs does not hold up the rest.
        #expect(state.peek(for: 3, now: at(6.999)) == .wait(until: at(7)))
        #expect(state.instruction(for: 3, now: at(7)) == .claim)
        state.note(accepted, now: at(8))
        #expect(state.isHealthy)
        for worker in 2...3 { #expect(state.instruction(for: worker, now: at(8)) == .claim) }
        // A fault of the one that tried pauses for twice as long, though it came within the five seconds.
        state.note(fault, now: at(10))
        #expect(state.instruction(for: 2, now: at(11)) == .claim)
        state.note(fault, now: at(11.5))
        for worker in 2...3 { #expect(state.instruction(for: worker, now: at(12)) == .wait(until: at(13.5))) }
    }

    @Test func aRateMakesAllWorkersWaitAndNoneClaim() throws {
        var state = LaneState(workerCount: 2, rate: try SendRate(configured: "600/min"))
        #expect(state.instruction(for: 1, now: start) == .claim)
        for worker in 1...2 { #expect(state.instruction(for: worker, now: start) == .pace(until: at(0.1))) }
        #expect(state.peek(for: 2, now: at(0.1)) == .claim, "looking takes nothing")
        #expect(state.instruction(for: 2, now: at(0.1)) == .claim)
        // Nothing was due: the place in the rate is free again, and is kept for whoever comes.
        state.foundNothing(worker: 2, nextDue: nil)
        #expect(state.instruction(for: 1, now: at(0.1)) == .claim)
        // A worker that waits for its turn has not taken the ticket, and what it stands for is not drained.
        state.foundNothing(worker: 1, nextDue: nil)
        #expect(state.isDrained(at: at(0.1)))
        state.wake()
        #expect(state.instruction(for: 1, now: at(0.1)) == .claim)
        state.wake()
        #expect(state.instruction(for: 2, now: at(0.1)) == .pace(until: at(0.2)))
        #expect(state.instruction(for: 1, now: at(0.1)) == .pace(until: at(0.2)))
        #expect(!state.isDrained(at: at(0.1)))
        #expect(state.instruction(for: 2, now: at(0.2)) == .claim)
    }

    @Test func aPauseOrAStopComesBeforeTheRate() throws {
        var state = LaneState(workerCount: 1, rate: try SendRate(configured: "1/h"))
        #expect(state.instruction(for: 1, now: start) == .claim)
        state.note(fault, now: start)
        #expect(state.instruction(for: 1, now: start) == .wait(until: at(1)))
        #expect(state.instruction(for: 1, now: at(1)) == .pace(until: at(3600)))
        state.stop()
        #expect(state.instruction(for: 1, now: at(1)) == .end)
    }

    @Test(arguments: [
        Verdict(outcome: .accepted, status: "250"), Verdict(outcome: .rejected, status: "550"),
        Verdict(outcome: .deferred, status: "451"), Verdict(outcome: .unknown, status: "closed"),
    ])
    func whatTheMessageIsChargedWithEndsThePause(verdict: Verdict) {
        var state = LaneState(workerCount: 2)
        state.note(fault, now: start)
        state.note(verdict, now: at(0.5))
        #expect(state.instruction(for: 1, now: at(0.5)) == .claim)
        #expect(state.stopReason == nil)
    }

    @Test func aProviderThatAsksForLessPausesThoughTheMessageIsCharged() {
        var state = LaneState(workerCount: 2)
        state.note(
            Verdict(outcome: .deferred, status: "421", refusal: .throttle, action: .slow), now: start)
        #expect(state.instruction(for: 1, now: start) == .wait(until: at(1)))
        #expect(state.stopReason == nil)
    }

    @Test func aConfigurationStopsForGoodWithTheFirstReason() {
        var state = LaneState(workerCount: 2)
        state.note(configuration, now: start)
        state.note(
            Verdict(outcome: .deferred, status: "tls", isProviderFault: true, isConfiguration: true),
            now: start)
        state.note(accepted, now: start)
        state.wake()
        #expect(state.stopReason == "login")
        for worker in 1...2 { #expect(state.instruction(for: worker, now: at(1e6)) == .rest) }
        state.rest(worker: 1)
        #expect(!state.isAtRest, "the second may have an attempt open")
        state.rest(worker: 2)
        #expect(state.isAtRest && !state.isDrained(at: start))
        for worker in 1...2 { #expect(state.instruction(for: worker, now: at(1e6)) == .wait(until: nil)) }
    }

    @Test func stoppingComesBeforeEverything() {
        var state = LaneState(workerCount: 1)
        state.note(fault, now: start)
        state.note(configuration, now: start)
        state.wake()
        state.stop()
        #expect(state.isStopping && state.instruction(for: 1, now: start) == .end)
        #expect(state.peek(for: 1, now: start) == .end)
    }

    @Test func drainedMeansThatNobodyFoundAnythingDue() {
        var state = LaneState(workerCount: 2)
        #expect(!state.isDrained(at: start))
        state.foundNothing(worker: 1, nextDue: nil)
        #expect(!state.isDrained(at: start), "the second has not asked")
        state.foundNothing(worker: 1, nextDue: nil)
        #expect(!state.isDrained(at: start), "the first asked twice")
        state.foundNothing(worker: 2, nextDue: at(60))
        #expect(state.isDrained(at: start), "what comes later is not due")
        #expect(!state.isDrained(at: at(60)), "and now it is")
        state.wake()
        #expect(!state.isDrained(at: start), "a message was accepted")
        _ = state.instruction(for: 1, now: start)
        #expect(!state.isDrained(at: start), "and is being looked for")
        state.foundNothing(worker: 1, nextDue: start)
        #expect(!state.isDrained(at: start), "a claim that gave up half way leaves something due")
    }
}
