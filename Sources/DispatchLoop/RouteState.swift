// What the lanes of one route share, as a value that decides: who takes the messages of a provider that cannot be used, where a message
// goes that its provider is known not to have accepted, and who has to look when that changes. No clock and no thread in here.
//
// A place is *stood in for* while its provider is ill (its last answer was a fault of its own) or stopped: by the next provider behind
// it. Behind the last one a message waits for the schedule and begins anew, so nobody stands in backwards, unless all that
// follow are stopped too: nobody would come for its messages otherwise.

import Delivery
import Domain

struct RouteState: Sendable {
    private(set) var lanes: [LaneState]

    init(lanes: [LaneState]) {
        self.lanes = lanes
    }

    /// Whether every provider is stopped.
    var isStopped: Bool { lanes.allSatisfy { $0.stopReason != nil } }

    /// Whether every provider that can be used found nothing due, and nothing is open at the others.
    func isDrained(at now: Timestamp) -> Bool {
        lanes.allSatisfy { $0.stopReason == nil ? $0.isDrained(at: now) : $0.isAtRest }
    }

    /// Whether nothing is open at any provider.
    var isQuiet: Bool { lanes.allSatisfy(\.isQuiet) }

    mutating func stop() {
        for lane in lanes.indices { lanes[lane].stop() }
    }

    /// A message was accepted, or released: it is at the first place.
    mutating func wake() {
        for lane in takers(of: 0) { lanes[lane].wake() }
    }

    // MARK: One worker

    /// What a worker of a lane does next.
    mutating func instruction(lane: Int, worker: Int, now: Timestamp) -> LaneState.Instruction {
        lanes[lane].instruction(for: worker, now: now)
    }

    /// The same, without taking anything: for a worker that waits, or that settles first.
    func peek(lane: Int, worker: Int, now: Timestamp) -> LaneState.Instruction {
        lanes[lane].peek(for: worker, now: now)
    }

    mutating func foundNothing(lane: Int, worker: Int, nextDue: Timestamp?) {
        lanes[lane].foundNothing(worker: worker, nextDue: nextDue)
    }

    mutating func didNotClaim(lane: Int) { lanes[lane].didNotClaim() }

    mutating func rest(lane: Int, worker: Int) { lanes[lane].rest(worker: worker) }

    /// A message was left at a place and is due at a moment.
    mutating func expect(_ moment: Timestamp, at position: Int) {
        for lane in takers(of: position) { lanes[lane].expect(moment) }
    }

    /// An attempt ended. When that changes what its provider is good for, everybody looks again.
    ///
    /// - Returns: what became of the provider, and who stands in for it; nil when nothing did.
    mutating func note(
        _ verdict: Verdict, lane: Int, now: Timestamp
    ) -> (lane: LaneState, standIn: Int?)? {
        let before = lanes[lane]
        lanes[lane].note(verdict, now: now)
        let after = lanes[lane]
        guard before.stopReason != after.stopReason || before.pausedUntil != after.pausedUntil else {
            return nil
        }
        for lane in lanes.indices { lanes[lane].expect(now) }
        return (after, standIn(for: lane))
    }

    // MARK: Places

    /// The place behind `position` whose provider may take what this one did not; nil behind the last.
    func nextPosition(after position: Int) -> Int? {
        lanes.indices.first { $0 > position && lanes[$0].stopReason == nil }
    }

    /// The places whose messages a lane takes beside its own.
    func placesStoodInFor(by lane: Int) -> [Int] {
        lanes.indices.filter { standIn(for: $0) == lane }
    }

    /// Who takes a place's messages while its provider is ill or stopped; nil when it is neither, or when nobody can.
    func standIn(for position: Int) -> Int? {
        guard !lanes[position].isHealthy else { return nil }
        let isStopped = lanes[position].stopReason != nil
        var candidates = lanes.indices.filter { $0 > position && lanes[$0].stopReason == nil }
        if candidates.isEmpty, isStopped {
            candidates = lanes.indices.filter { $0 < position && lanes[$0].stopReason == nil }
        }
        // What is only ill tries its own messages; for what is stopped somebody must.
        return candidates.first { lanes[$0].isHealthy } ?? (isStopped ? candidates.first : nil)
    }

    private func takers(of position: Int) -> [Int] {
        [lanes[position].stopReason == nil ? position : nil, standIn(for: position)].compactMap(\.self)
    }
}
