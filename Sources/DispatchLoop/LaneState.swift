// What the threads of one provider share, as a value that decides: who is idle, whether the provider is paused after a fault or
// stopped by its configuration, and whether all that was due is done. No clock and no thread in here: both are handed in.

import Delivery
import Domain

struct LaneState: Sendable {
    enum Instruction: Equatable {
        /// Ask the store for a message.
        case claim
        /// Nothing to do until something changes or this moment comes.
        case wait(until: Timestamp?)
        /// Settle what is open and end.
        case end
    }

    /// A pause after the first fault; each further one doubles it, up to the maximum.
    static let firstPause = Duration.seconds(1)
    static let longestPause = Duration.seconds(60)

    private let workerCount: Int
    private(set) var isStopping = false
    /// Accepted messages that no idle worker has been sent for yet.
    private var tickets = 0
    private var idleWorkers: Set<Int> = []
    private var nextDue: Timestamp?
    private var consecutiveFaults = 0
    private var pausedUntil: Timestamp?
    /// Why the provider is stopped: somebody has to change a setting.
    private(set) var stopReason: String?

    init(workerCount: Int) {
        self.workerCount = workerCount
    }

    /// Whether every worker found nothing when it last asked, and nothing has become due since. A claim that had much to pass
    /// by (expired, blocked) gives up half way and says that the next is due now.
    func isDrained(at now: Timestamp) -> Bool {
        idleWorkers.count == workerCount && tickets == 0 && nextDue.map { now < $0 } ?? true
    }

    mutating func stop() { isStopping = true }

    /// A message was accepted, or released.
    mutating func wake() { tickets = min(tickets + 1, workerCount) }

    /// What a worker does next.
    mutating func instruction(for worker: Int, now: Timestamp) -> Instruction {
        if isStopping { return .end }
        if stopReason != nil { return .wait(until: nil) }
        if let pausedUntil, now < pausedUntil { return .wait(until: pausedUntil) }
        guard idleWorkers.contains(worker) else { return .claim }
        if tickets > 0 {
            tickets -= 1
        } else if let due = nextDue, due <= now {
            // Many may have become due at this moment: every idle connection looks.
            nextDue = nil
            tickets = max(tickets, idleWorkers.count - 1)
        } else {
            return .wait(until: nextDue)
        }
        idleWorkers.remove(worker)
        return .claim
    }

    /// The same, without taking a ticket: for a worker that waits.
    func peek(for worker: Int, now: Timestamp) -> Instruction {
        var copy = self
        return copy.instruction(for: worker, now: now)
    }

    /// A worker asked and nothing was due. The earlier moment counts: answers of two workers can come in another order than
    /// the store gave them, and a moment that is forgotten is a message that waits for the next one to be accepted.
    mutating func foundNothing(worker: Int, nextDue: Timestamp?) {
        idleWorkers.insert(worker)
        self.nextDue = [self.nextDue, nextDue].compactMap(\.self).min()
    }

    /// An attempt ended; the provider's own faults slow all its workers.
    mutating func note(_ verdict: Verdict, now: Timestamp) {
        if verdict.isConfiguration {
            stopReason = stopReason ?? verdict.status
        } else if verdict.isProviderFault {
            if let pausedUntil, now < pausedUntil { return }
            let pause = min(Self.longestPause, Self.firstPause * (1 << min(consecutiveFaults, 6)))
            consecutiveFaults += 1
            pausedUntil = now + pause
        } else {
            consecutiveFaults = 0
            pausedUntil = nil
        }
    }
}
