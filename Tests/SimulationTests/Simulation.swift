// One seed, one run: callers, workers, a provider, operators and crashes around the product's own store, with a clock and a chance of
// their own. After every event the store is held against the model, and the promises are asserted apart from it. A commit is atomic,
// so a crash is one of two things: the process ends before it or after it, and nobody hears the answer; what SQLite does in between is
// proved elsewhere, by kills and power cuts. One thread draws and acts, so a seed is a run and replays bit for bit.

import Delivery
import Domain
import OutboxStore
import Support

@testable import DispatchLoop

final class Simulation {
    static let contacts = ["anna@example.lu", "paul@example.lu", "zoe@example.lu"]
    private static let workerCount = 3

    let fixture: StoreFixture
    var random: SeededRandom
    var model = ModelOutbox()
    var provider = ModelProvider()
    /// Keys that callers have used.
    var requests: [CallerRequest] = []
    /// Messages whose acceptance a caller was told.
    var acknowledged: Set<MessageID> = []
    var lane = LaneState(workerCount: workerCount)
    var workers: [Work?] = Array(repeating: nil, count: workerCount)
    /// What workers of an earlier process still hold: they come back late, with a fence that is over.
    var latecomers: [Work] = []
    /// At the end nothing breaks any more: what then does not end, hangs.
    var isCalm = false
    private(set) var counts: [Occurrence: Int] = [:]
    private(set) var trace: [String] = []
    private let start: Timestamp

    init(seed: UInt64) throws {
        fixture = try StoreFixture(inMemory: true)
        random = SeededRandom(seed: seed)
        start = fixture.clock.now
    }

    var now: Timestamp { fixture.clock.now }

    /// Runs the seed to its end; throws the first promise that does not hold.
    func run() throws {
        for _ in 0..<random.number(20...100) {
            try event()
            try compare()
        }
        try settleDown()
        try checkContents()
        try checkCopies()
        count(.secondCopies, provider.secondCopies)
    }

    func note(_ line: String) { trace.append("\((now - start).milliseconds) ms: \(line)") }

    func count(_ occurrence: Occurrence, _ number: Int = 1) { counts[occurrence, default: 0] += number }

    private func event() throws {
        switch random.number(0..<100) {
        case 0..<16: try accept()
        case 16..<19: try replay()
        case 19..<66: try step(worker: random.number(0..<Self.workerCount))
        case 66..<71: try stepLatecomer()
        case 71..<81: moveClock()
        case 81..<87: try speak()
        case 87..<99: try act()
        default: try restart()
        }
    }

    /// Mostly onward; a clock that is set right may also go back. Never so far on that an idempotency key's fourteen days end.
    private func moveClock() {
        let isBack = random.chance(0.1)
        let milliseconds = random.pick([10, 1000, 6000, 60_000, 400_000, 1_900_000, 10_800_000, 43_200_000])
        if isBack { count(.backwards) }
        fixture.clock.advance(by: .milliseconds(isBack ? -min(milliseconds, 3_600_000) : milliseconds))
        note("the clock is moved")
    }

    // MARK: Crashes

    /// Runs one commit, unless the process dies before it; false when nobody hears of it.
    func commit(_ body: () throws -> Void) throws -> Bool {
        if !isCalm && random.chance(0.02) {
            count(.crashesBefore)
            note("crash before the commit")
            try restart()
            return false
        }
        try body()
        guard !isCalm && random.chance(0.02) else { return true }
        count(.crashesAfter)
        note("crash after the commit")
        try restart()
        return false
    }

    /// The process ends where it stands, and another one opens the store. Some of its workers do not end with it.
    func restart() throws {
        let interrupted = model.messages.count { $0.state == .sending }
        try fixture.reopen()
        let held = model.messages.count { $0.state == .held }
        model.restart(at: now)
        count(.poison, model.messages.count { $0.state == .held } - held)
        for case let work? in workers where random.chance(0.5) { latecomers.append(work) }
        workers = Array(repeating: nil, count: Self.workerCount)
        lane = LaneState(workerCount: Self.workerCount)
        count(.restarts)
        count(.interrupted, interrupted)
        note("restart, \(interrupted) interrupted")
        try Violation.unless(
            fixture.store.interruptedCount == interrupted,
            "the start says that \(fixture.store.interruptedCount) were interrupted, not \(interrupted)")
        try checkContents()
    }

    // MARK: The end

    /// With everything well again, every message ends, by the workers' own alarm clock.
    private func settleDown() throws {
        isCalm = true
        note("calm")
        try restart()
        while !latecomers.isEmpty { try stepLatecomer() }
        for _ in 0..<2000 {
            try decideWhatWaitsForAPerson()
            var isBusy = false
            for worker in workers.indices where workers[worker] != nil || wants(worker) {
                try step(worker: worker)
                isBusy = true
            }
            try compare()
            if isBusy { continue }
            let waiting = model.messages.indices.filter { model.messages[$0].due != nil }
            if waiting.isEmpty { return try checkEnds() }
            guard case .wait(let moment?) = lane.peek(for: 0, now: now) else {
                throw Violation("\(names(waiting)) will never be looked for")
            }
            fixture.clock.advance(by: max(.zero, moment - now))
            note("the workers wake")
        }
        throw Violation("the messages do not end")
    }

    private func wants(_ worker: Int) -> Bool { lane.peek(for: worker, now: now) == .claim }

    private func decideWhatWaitsForAPerson() throws {
        for index in model.messages.indices where model.messages[index].due == nil {
            switch model.messages[index].state {
            case .held: try act(.release, on: index)
            case .unknown:
                try act(random.pick([.resolveAccepted, .resolveRejected, .resolveRetry]), on: index)
            default: break
            }
        }
    }

    func names(_ indices: [Int]) -> String { indices.map { "m\($0)" }.joined(separator: " ") }
}
