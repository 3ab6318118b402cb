// Who takes whose messages, as a pure value: who stands in, where a message goes next, and who is told to look.

import Delivery
import Domain
import Testing

@testable import DispatchLoop

@Suite("The providers of a route together")
struct RouteStateTests {
    private let start = Timestamp(milliseconds: 1_000_000)
    private let accepted = Verdict(outcome: .accepted, status: "250")
    private let fault = Verdict(outcome: .deferred, status: "connect", isProviderFault: true)
    private let configuration = Verdict(
        outcome: .deferred, status: "login", isProviderFault: true, isConfiguration: true)

    /// How a provider is: healthy, ill or stopped.
    private func state(_ lanes: String, workers: Int = 1) -> RouteState {
        var state = RouteState(lanes: lanes.map { _ in LaneState(workerCount: workers) })
        for (lane, letter) in lanes.enumerated() {
            switch letter {
            case "i": _ = state.note(fault, lane: lane, now: start)
            case "s": _ = state.note(configuration, lane: lane, now: start)
            default: break
            }
        }
        return state
    }

    @Test(
        "the next one behind stands in; before it nobody does, unless nobody else can",
        arguments: [
            ("hhh", [nil, nil, nil]),
            ("ihh", [1, nil, nil]), ("shh", [1, nil, nil]),
            ("iih", [2, 2, nil]), ("sih", [2, 2, nil]), ("ssh", [2, 2, nil]),
            ("hih", [nil, 2, nil]), ("hsh", [nil, 2, nil]),
            // Behind the last, what is ill waits for its own pause.
            ("hhi", [nil, nil, nil]), ("hii", [nil, nil, nil]), ("iii", [nil, nil, nil]),
            // What is stopped has nobody of its own any more.
            ("hhs", [nil, nil, 0]), ("hss", [nil, 0, 0]), ("ihs", [1, nil, 1]),
            ("his", [nil, nil, 0]), ("iis", [nil, nil, 0]),
            ("iss", [nil, 0, 0]), ("sss", [nil, nil, nil]),
            // The only one left is ill: it has to try with something.
            ("sis", [1, nil, 1]), ("sii", [1, nil, nil]), ("si", [1, nil]), ("s", [nil]), ("i", [nil]),
        ] as [(String, [Int?])])
    func standIns(lanes: String, expected: [Int?]) {
        let state = state(lanes)
        #expect(lanes.indices.enumerated().map { state.standIn(for: $0.offset) } == expected)
        for lane in expected.indices {
            #expect(state.placesStoodInFor(by: lane) == expected.indices.filter { expected[$0] == lane })
        }
    }

    @Test(
        "a message goes on to the next one that is not stopped, and never back",
        arguments: [
            ("hhh", [1, 2, nil]), ("iii", [1, 2, nil]), ("hsh", [2, 2, nil]), ("hss", [nil, nil, nil]),
            ("shs", [1, nil, nil]), ("h", [nil]),
        ] as [(String, [Int?])])
    func nextPositions(lanes: String, expected: [Int?]) {
        let state = state(lanes)
        #expect(expected.indices.map { state.nextPosition(after: $0) } == expected)
    }

    @Test func nobodyIsForgottenWhateverIsIll() {
        // Every place has somebody who comes for it, as long as one provider is not stopped.
        let letters: [Character] = ["h", "i", "s"]
        for number in 0..<81 {
            let lanes = String([number / 27, number / 9 % 3, number / 3 % 3, number % 3].map { letters[$0] })
            let state = state(lanes)
            for position in 0..<4 where lanes.contains(where: { $0 != "s" }) {
                #expect(
                    state.lanes[position].stopReason == nil || state.standIn(for: position) != nil,
                    "\(lanes), \(position)")
            }
            #expect(state.isStopped == (lanes == "ssss"))
        }
    }

    @Test func everybodyLooksWhenAProviderBecomesIllAndWhenItIsBack() throws {
        var state = state("hh", workers: 2)
        func isIdle(_ lane: Int, at now: Timestamp) -> Bool {
            if case .wait = state.peek(lane: lane, worker: 2, now: now) { true } else { false }
        }
        func letIdle(at now: Timestamp) {
            for lane in 0...1 {
                for worker in 1...2 { state.foundNothing(lane: lane, worker: worker, nextDue: nil) }
            }
            while case .claim = state.instruction(lane: 1, worker: 1, now: now) {
                for worker in 1...2 { state.foundNothing(lane: 1, worker: worker, nextDue: nil) }
            }
        }
        letIdle(at: start)
        #expect(isIdle(1, at: start))
        let fallen = state.note(fault, lane: 0, now: start)
        let change = try #require(fallen)
        #expect(change.standIn == 1 && change.lane.pausedUntil == start + .seconds(1))
        #expect(!isIdle(1, at: start), "there is more to take now")
        letIdle(at: start)
        #expect(state.note(fault, lane: 0, now: start) == nil, "many faults of one moment are one")
        #expect(isIdle(1, at: start))
        let again = start + .seconds(1)
        #expect(state.note(fault, lane: 0, now: again) != nil, "what it tried went on to the next one")
        #expect(!isIdle(1, at: again))
        letIdle(at: again)
        let risen = state.note(accepted, lane: 0, now: again + .seconds(3))
        let back = try #require(risen)
        #expect(back.standIn == nil && back.lane.pausedUntil == nil && back.lane.isHealthy)
        #expect(!isIdle(0, at: again + .seconds(3)), "it takes its own again, with all its workers")
        #expect(state.note(accepted, lane: 0, now: again + .seconds(4)) == nil)
    }

    @Test(
        "an accepted message wakes the first one, and who stands in for it",
        arguments: [
            ("hhh", [true, false, false]), ("ihh", [true, true, false]), ("shh", [false, true, false]),
            ("iih", [true, false, true]), ("sss", [false, false, false]), ("hsi", [true, false, false]),
        ])
    func waking(lanes: String, expected: [Bool]) {
        var state = state(lanes)
        let later = start + .seconds(60)
        for lane in expected.indices {
            while case .claim = state.instruction(lane: lane, worker: 1, now: later) {
                state.foundNothing(lane: lane, worker: 1, nextDue: nil)
            }
        }
        state.wake()
        let woken = expected.indices.map { state.peek(lane: $0, worker: 1, now: later) == .claim }
        #expect(woken == expected)
    }

    @Test func whatIsLeftForLaterIsToldToWhoMayTakeIt() {
        var state = state("hih")
        let later = start + .seconds(60)
        for lane in 0...2 {
            while case .claim = state.instruction(lane: lane, worker: 1, now: later) {
                state.foundNothing(lane: lane, worker: 1, nextDue: nil)
            }
        }
        state.expect(later + .seconds(5), at: 1)
        #expect(state.peek(lane: 0, worker: 1, now: later) == .wait(until: nil))
        #expect(state.peek(lane: 1, worker: 1, now: later) == .wait(until: later + .seconds(5)))
        #expect(state.peek(lane: 2, worker: 1, now: later) == .wait(until: later + .seconds(5)))
    }

    @Test func drainedMeansThatWhoCanBeUsedFoundNothingAndTheOthersHaveNothingOpen() {
        var state = state("hs")
        let later = start + .seconds(60)
        while case .claim = state.instruction(lane: 0, worker: 1, now: later) {
            state.foundNothing(lane: 0, worker: 1, nextDue: nil)
        }
        #expect(!state.isDrained(at: later), "the stopped one has not settled its last attempt")
        #expect(state.instruction(lane: 1, worker: 1, now: later) == .rest)
        state.rest(lane: 1, worker: 1)
        #expect(state.isDrained(at: later))
        state.expect(later, at: 0)
        #expect(!state.isDrained(at: later))
        state.stop()
        for lane in 0...1 { #expect(state.instruction(lane: lane, worker: 1, now: later) == .end) }
    }
}
