// One provider of the route and the threads that feed it: claim → hand over → classify → settle, one message a connection at a
// time, so that few messages are in doubt after a crash. It promises that a claim is on disk before a byte leaves, that every
// end is settled before the next claim (in the same transaction), and that nothing is sent while the store cannot be written.

import Delivery
import Domain
import OutboxStore
import Runtime
import Transports

package final class Lane: Sendable {
    /// A claim whose content has not begun to leave after this long is asked about again (contract, section 6).
    private static let claimFreshness = Duration.seconds(5)
    /// How long a worker waits before it asks a store that failed again.
    private static let storeRetryDelay = Duration.seconds(1)

    private let transport: any Transport
    private let store: OutboxStore
    private let request: ClaimRequest
    private let policy: RetryPolicy
    private let clock: WallClock
    private let random: @Sendable () -> Double
    private let log: Log
    private let state: Monitor<LaneState>
    private let threads = Lock<[NamedThread]>([])

    package init(
        transport: any Transport, connections: Int, store: OutboxStore, policy: RetryPolicy,
        isRecipientAllowed: @escaping @Sendable (String) -> Bool, clock: WallClock = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }, log: Log
    ) {
        self.transport = transport
        self.store = store
        self.policy = policy
        self.clock = clock
        self.random = random
        self.log = log
        request = ClaimRequest(
            channel: .email, provider: transport.name, isRecipientAllowed: isRecipientAllowed)
        state = Monitor(LaneState(workerCount: connections))
        threads.withLock { threads in
            threads = (1...connections).map { worker in
                NamedThread("\(transport.name)-\(worker)") { [self] in run(worker) }
            }
        }
    }

    /// A message was accepted: an idle connection looks for it.
    package func wake() { state.update { $0.wake() } }

    /// Stops claiming and waits for what is in flight.
    package func stop() {
        state.update { $0.stop() }
        for thread in threads.withLock({ $0 }) { thread.join() }
    }

    /// Waits until nothing is due; false when the time is over or the provider stopped first.
    package func waitUntilDrained(atMost limit: Duration) -> Bool {
        state.wait(atMost: limit) { state -> Bool? in
            if state.isDrained(at: clock.now()) { return true }
            return state.stopReason == nil ? nil : false
        } ?? false
    }

    /// Why the provider is stopped, or nil.
    package var stopReason: String? { state.wait { .some($0.stopReason) } }

    package var name: String { transport.name }

    // MARK: The worker

    private func run(_ worker: Int) {
        let connection = transport.openConnection()
        var ended: AttemptEnd?
        // After a failure the end of an attempt is settled alone: it must not depend on what the next claim meets.
        var settlesAlone = false
        while true {
            let instruction = state.wait { .some($0.instruction(for: worker, now: clock.now())) }
            if ended == nil, case .wait(let moment) = instruction {
                connection.hangUp()
                wait(worker, until: moment)
                continue
            }
            if ended == nil, instruction == .end { break }
            do throws(StoreError) {
                let claims = instruction == .claim && !settlesAlone
                let result = try store.settle(ended, thenClaim: claims ? request : nil)
                ended = nil
                settlesAlone = false
                switch result {
                case .claimed(let claim): ended = attempt(claim, on: connection)
                case .idle(let nextDue):
                    if claims {
                        state.update { $0.foundNothing(worker: worker, nextDue: nextDue) }
                    }
                }
            } catch {
                log(.error, "store-failed", ["provider": name, "reason": error.description])
                // What could not be settled is found in `sending` at the next start, and is `unknown` then.
                if instruction == .end { break }
                settlesAlone = ended != nil
                waitForStore()
            }
        }
        connection.hangUp()
    }

    /// Hands one claimed message over and decides what becomes of it.
    private func attempt(_ claim: Claim, on connection: any TransportConnection) -> AttemptEnd {
        if claim.isInDoubt {
            log(
                .warning, "in-doubt-retry",
                ["message": claim.id.description, "provider": name, "note": "it may arrive twice"])
        }
        let report = connection.deliver(
            Handover(
                messageID: claim.id.description, sender: claim.sender, recipient: claim.recipient,
                body: claim.body),
            isStillAllowed: { [self] in
                let now = clock.now()
                guard now < claim.expiresAt else { return false }
                return now < claim.claimedAt + Self.claimFreshness || isStillAllowed(claim)
            })
        let now = clock.now()
        state.update { $0.note(report.verdict, now: now) }
        record(claim, report)
        let settlement = Settlement.decide(
            report.verdict, attempts: claim.tries + 1, isInDoubt: claim.isInDoubt, expiresAt: claim.expiresAt,
            now: now, policy: policy, random: random())
        return AttemptEnd(
            claim: claim, verdict: report.verdict, reply: report.reply ?? report.failure,
            settlement: settlement)
    }

    /// Asked again; a gate that cannot be asked says no.
    private func isStillAllowed(_ claim: Claim) -> Bool {
        (try? store.read { reader throws(StoreError) in try reader.isStillAllowed(claim) }) ?? false
    }

    private func record(_ claim: Claim, _ report: AttemptReport) {
        let verdict = report.verdict
        if verdict.isConfiguration {
            log(
                .error, "provider-stopped",
                [
                    "provider": name, "status": verdict.status,
                    "reply": report.reply ?? report.failure ?? "-",
                    "remedy": "correct the provider in relais.json and restart; its messages stay queued",
                ])
        } else if verdict.outcome != .accepted {
            log(
                .warning, "attempt-\(verdict.outcome.rawValue)",
                [
                    "message": claim.id.description, "provider": name, "status": verdict.status,
                    "reply": report.reply ?? report.failure ?? "-",
                ])
        }
    }

    private func wait(_ worker: Int, until moment: Timestamp?) {
        let limit = moment.map { max(.zero, $0 - clock.now()) } ?? .seconds(60)
        _ = state.wait(atMost: min(limit, .seconds(60))) { state -> Bool? in
            if case .wait(let next) = state.peek(for: worker, now: clock.now()), next == moment { return nil }
            return true
        }
    }

    private func waitForStore() {
        _ = state.wait(atMost: Self.storeRetryDelay) { state -> Bool? in state.isStopping ? true : nil }
    }
}
