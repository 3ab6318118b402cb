// What the threads of one provider share, as a value that decides: who is idle, whether the provider is paused after a fault or
// stopped by its configuration, how fast it may be sent to, and whether all that was due is done. No clock and no thread in here:
// both are handed in.

import Delivery
import Domain

struct LaneState: Sendable {
    enum Instruction: Equatable {
        /// Ask the store for a message.
        case claim
        /// Nothing to do until something changes or this moment comes.
        case wait(until: Timestamp?)
        /// The provider's rate is used up until this moment; nothing is claimed before.
        case pace(until: Timestamp)
        /// The provider is stopped: say that nothing is open here, and wait.
        case rest
        /// Settle what is open and end.
        case end
    }

    /// A pause after the first fault; each further one doubles it, up to the maximum.
    static let firstPause = Duration.seconds(1)
    static let longestPause = Duration.seconds(60)
    /// The same where the provider itself names the time (`Retry-After`): an hour, whatever it says.
    static let longestAskedPause = Duration.seconds(3600)
    /// After a pause one message tries whether the provider is back; until it is known, another one follows this much later.
    static let probeInterval = Duration.seconds(5)

    private let workerCount: Int
    private(set) var isStopping = false
    /// Accepted messages that no idle worker has been sent for yet.
    private var tickets = 0
    private var idleWorkers: Set<Int> = []
    /// Workers that have nothing open and wait for the provider's rate.
    private var pacingWorkers: Set<Int> = []
    private var nextDue: Timestamp?
    private var consecutiveFaults = 0
    private(set) var pausedUntil: Timestamp?
    private var probedUntil: Timestamp?
    private var bucket: TokenBucket?
    /// Why the provider is stopped: somebody has to change a setting.
    private(set) var stopReason: String?

    init(workerCount: Int, rate: SendRate? = nil) {
        self.workerCount = workerCount
        bucket = rate.map(TokenBucket.init)
    }

    /// Whether the provider's last answer was no fault of its own.
    var isHealthy: Bool { stopReason == nil && consecutiveFaults == 0 }

    /// Whether no worker has anything open.
    var isAtRest: Bool { idleWorkers.count == workerCount }

    /// Whether no worker has anything open, though some would look for more if they might.
    var isQuiet: Bool { idleWorkers.union(pacingWorkers).count == workerCount }

    /// Whether every worker found nothing when it last asked, and nothing has become due since. A claim that had much to pass
    /// by (expired, blocked) gives up half way and says that the next is due now.
    func isDrained(at now: Timestamp) -> Bool {
        stopReason == nil && isAtRest && tickets == 0 && nextDue.map { now < $0 } ?? true
    }

    mutating func stop() { isStopping = true }

    /// A message was accepted, or released.
    mutating func wake() { tickets = min(tickets + 1, workerCount) }

    /// What a worker does next.
    mutating func instruction(for worker: Int, now: Timestamp) -> Instruction {
        pacingWorkers.remove(worker)
        if isStopping { return .end }
        let isIdle = idleWorkers.contains(worker)
        if stopReason != nil { return isIdle ? .wait(until: nil) : .rest }
        if let end = [pausedUntil, probedUntil].compactMap(\.self).max(), now < end {
            return .wait(until: end)
        }
        let isAnythingDue = nextDue.map { $0 <= now } ?? false
        if isIdle, tickets == 0, !isAnythingDue { return .wait(until: nextDue) }
        if let moment = bucket?.nextMoment(at: now), now < moment {
            pacingWorkers.insert(worker)
            return .pace(until: moment)
        }
        if isIdle {
            if tickets > 0 {
                tickets -= 1
            } else {
                // Many may have become due at this moment: every idle connection looks.
                nextDue = nil
                tickets = max(tickets, idleWorkers.count - 1)
            }
            idleWorkers.remove(worker)
        }
        bucket?.take(at: now)
        if consecutiveFaults > 0 { probedUntil = now + Self.probeInterval }
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
        didNotClaim()
        idleWorkers.insert(worker)
        if let nextDue { expect(nextDue) }
    }

    /// A worker was told to claim and has nothing: the place in the rate, and the right to probe, are free again.
    mutating func didNotClaim() {
        bucket?.giveBack()
        probedUntil = nil
    }

    /// A worker of a stopped provider has nothing open.
    mutating func rest(worker: Int) { idleWorkers.insert(worker) }

    /// Something is due at a moment, as another provider's attempt left it or because this one may take more from now on.
    mutating func expect(_ moment: Timestamp) { nextDue = min(nextDue ?? moment, moment) }

    /// An attempt ended; the provider's own faults, and what it asks for less by, slow all its workers.
    mutating func note(_ verdict: Verdict, now: Timestamp) {
        guard stopReason == nil else { return }
        if verdict.isConfiguration {
            stopReason = verdict.status
        } else if verdict.slowsProvider {
            probedUntil = nil
            if let pausedUntil, now < pausedUntil { return }
            let own = min(Self.longestPause, Self.firstPause * (1 << min(consecutiveFaults, 6)))
            let pause = max(own, min(verdict.retryAfter ?? .zero, Self.longestAskedPause))
            consecutiveFaults += 1
            pausedUntil = now + pause
        } else {
            consecutiveFaults = 0
            pausedUntil = nil
            probedUntil = nil
        }
    }
}
