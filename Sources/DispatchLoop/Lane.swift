// One provider of the route and the threads that feed it: claim → hand over → classify → settle, one message a connection at a
// time, so that few messages are in doubt after a crash. It promises that a claim is on disk before a byte leaves, that every
// end is settled before the next claim (in the same transaction), and that nothing is sent while the store cannot be written.

import Delivery
import Domain
import OutboxStore
import Runtime
import Transports

final class Lane: Sendable {
    /// A claim whose content has not begun to leave after this long is asked about again (contract, section 6).
    private static let claimFreshness = Duration.seconds(5)
    /// How long a worker waits before it asks a store that failed again.
    private static let storeRetryDelay = Duration.seconds(1)
    /// How long an open connection waits for the next message, as Postfix's cache does: it saves that one the greeting, and a relay
    /// keeps few idle connections.
    private static let longestHold = Duration.seconds(2)

    private static let attempts = Metrics.Family(
        "relais_attempts", "Attempts that ended.", labels: ["provider", "outcome"])

    private let transport: any Transport
    private let position: Int
    private let route: [String]
    private let state: Monitor<RouteState>
    private let store: OutboxStore
    private let request: ClaimRequest
    private let policy: RetryTable
    private let clock: WallClock
    private let random: @Sendable () -> Double
    private let metrics: Metrics
    private let log: Log
    private let threads = Lock<[NamedThread]>([])

    /// Starts the threads of the provider at `position` of a route.
    init(
        _ provider: RouteProvider, position: Int, route: [String], state: Monitor<RouteState>,
        channel: Channel, store: OutboxStore, policy: RetryTable,
        isRecipientAllowed: @escaping @Sendable (String) -> Bool, clock: WallClock,
        random: @escaping @Sendable () -> Double, metrics: Metrics, log: Log
    ) {
        transport = provider.transport
        self.position = position
        self.route = route
        self.state = state
        self.store = store
        self.policy = policy
        self.clock = clock
        self.random = random
        self.metrics = metrics
        self.log = log
        request = ClaimRequest(
            channel: channel, provider: route[position], position: position,
            isRecipientAllowed: isRecipientAllowed)
        threads.withLock { threads in
            threads = (1...provider.connections).map { worker in
                NamedThread("\(route[position])-\(worker)") { [self] in run(worker) }
            }
        }
    }

    /// What is in flight ends now, for good; it is settled as any other end.
    func abandon() { transport.abandon() }

    /// Waits for the end of the threads, which comes when the route stops.
    func join() {
        for thread in threads.withLock({ $0 }) { thread.join() }
    }

    private var name: String { transport.name }

    // MARK: The worker

    private func run(_ worker: Int) {
        let connection = transport.openConnection()
        var ended: AttemptEnd?
        // After a failure the end of an attempt is settled alone: it must not depend on what the next claim meets.
        var settlesAlone = false
        while true {
            let (instruction, claim) = nextStep(worker, claims: !settlesAlone)
            if ended == nil, claim == nil {
                guard instruction != .end else { break }
                pass(worker, instruction, connection)
                continue
            }
            do throws(StoreError) {
                let result = try store.settle(ended, thenClaim: claim)
                if let ended { tell(of: ended.settlement) }
                ended = nil
                settlesAlone = false
                switch result {
                case .claimed(let claim): ended = attempt(claim, on: connection)
                case .idle(let nextDue):
                    if claim != nil {
                        state.update { $0.foundNothing(lane: position, worker: worker, nextDue: nextDue) }
                    }
                }
            } catch {
                log(.error, "store-failed", ["provider": .operational(name), "reason": .error(error)])
                if claim != nil { state.update { $0.didNotClaim(lane: position) } }
                // What could not be settled is found in `sending` at the next start, and is `unknown` then.
                if instruction == .end { break }
                settlesAlone = ended != nil
                waitForStore()
            }
        }
        connection.hangUp()
    }

    /// What a worker does now, and what it asks for if that is to claim.
    private func nextStep(_ worker: Int, claims: Bool) -> (LaneState.Instruction, ClaimRequest?) {
        let now = clock.now()
        return state.wait { state in
            guard claims else { return (state.peek(lane: position, worker: worker, now: now), nil) }
            let instruction = state.instruction(lane: position, worker: worker, now: now)
            guard instruction == .claim else { return (instruction, nil) }
            var request = request
            request.standingInFor = state.placesStoodInFor(by: position)
            return (instruction, request)
        }
    }

    /// Does nothing for as long as an instruction says.
    private func pass(
        _ worker: Int, _ instruction: LaneState.Instruction, _ connection: any TransportConnection
    ) {
        switch instruction {
        case .claim, .end: break
        case .rest: state.update { $0.rest(lane: position, worker: worker) }
        case .wait(let moment):
            let hold = clock.now() + Self.longestHold
            if wait(worker, instruction, until: min(moment ?? hold, hold)) { return }
            connection.hangUp()
            _ = wait(worker, instruction, until: moment)
        case .pace(let moment):
            if moment - clock.now() > Self.longestHold { connection.hangUp() }
            _ = wait(worker, instruction, until: moment)
        }
    }

    /// Lets the providers look that may take what this one left for later.
    private func tell(of settlement: Settlement) {
        guard settlement.state == .queued, let moment = settlement.nextAttemptAt else { return }
        state.update { $0.expect(moment, at: settlement.routePosition ?? position) }
    }

    /// Hands one claimed message over and decides what becomes of it.
    private func attempt(_ claim: Claim, on connection: any TransportConnection) -> AttemptEnd {
        if claim.isInDoubt {
            log(
                .warning, "in-doubt-retry",
                ["message": .id(claim.id), "provider": .operational(name), "note": "it may arrive twice"])
        }
        let report = connection.deliver(
            Handover(
                authorisation: claim.authorisation, messageID: claim.id.description,
                channel: claim.question.channel, sender: claim.sender, recipient: claim.recipient,
                body: claim.body, expiresAt: claim.expiresAt),
            isStillAllowed: { [self] in
                let now = clock.now()
                guard now < claim.expiresAt else { return false }
                return now < claim.claimedAt + Self.claimFreshness || isStillAllowed(claim, now)
            })
        let now = clock.now()
        let (change, nextPosition) = state.withLock { state in
            (state.note(report.verdict, lane: position, now: now), state.nextPosition(after: position))
        }
        // Nearly every attempt changes nothing that an idle connection waits for.
        if change != nil { state.update { _ in } }
        record(claim, report)
        if let change { record(change.lane, standIn: change.standIn.map { route[$0] }, report) }
        let settlement = Settlement.decide(
            report.verdict, attempts: claim.tries + 1, isInDoubt: claim.isInDoubt, expiresAt: claim.expiresAt,
            now: now, policy: policy[claim.purposeClass], nextPosition: nextPosition,
            providerCount: route.count,
            random: random())
        return AttemptEnd(
            claim: claim, verdict: report.verdict, reply: report.reply ?? report.failure,
            settlement: settlement, providerReference: report.providerReference, segments: report.segments)
    }

    /// Asked again; a gate that cannot be asked says no.
    private func isStillAllowed(_ claim: Claim, _ now: Timestamp) -> Bool {
        (try? store.read { reader throws(StoreError) in try reader.isStillAllowed(claim, at: now) }) ?? false
    }

    private func record(_ claim: Claim, _ report: AttemptReport) {
        let verdict = report.verdict
        metrics.count(Self.attempts, name, verdict.outcome.rawValue)
        guard verdict.outcome != .accepted, !verdict.isConfiguration else { return }
        log(
            .warning, Self.event(of: verdict.outcome),
            [
                "message": .id(claim.id), "provider": .operational(name), "status": .redacted(verdict.status),
                "class": verdict.refusal.map { LogValue.word($0) } ?? "-",
                "reply": .redacted(report.reply ?? report.failure ?? "-"),
            ])
    }

    private static func event(of outcome: Outcome) -> StaticString {
        switch outcome {
        case .accepted: "attempt-accepted"
        case .deferred: "attempt-deferred"
        case .rejected: "attempt-rejected"
        case .unknown: "attempt-unknown"
        }
    }

    /// Says what a provider is good for from now on, and who takes its messages: a route that changes over in silence hides a
    /// broken provider until the last one breaks.
    private func record(_ lane: LaneState, standIn: String?, _ report: AttemptReport) {
        let next = standIn.map { "\($0) takes its messages" } ?? "its messages stay queued"
        if lane.stopReason != nil {
            log(
                .error, "provider-stopped",
                [
                    "provider": .operational(name), "status": .redacted(report.verdict.status),
                    "class": report.verdict.refusal.map { LogValue.word($0) } ?? "-",
                    "reply": .redacted(report.reply ?? report.failure ?? "-"),
                    "remedy": .operational("correct the provider in relais.json and restart; \(next)"),
                ])
        } else if let moment = lane.pausedUntil {
            log(
                .warning, "provider-paused",
                [
                    "provider": .operational(name), "status": .redacted(report.verdict.status),
                    "until": .moment(moment), "note": .operational(next),
                ])
        } else {
            log(.info, "provider-resumed", ["provider": .operational(name)])
        }
    }

    /// Waits for a moment, or until something else than `instruction` is said; true when it was.
    private func wait(_ worker: Int, _ instruction: LaneState.Instruction, until moment: Timestamp?) -> Bool {
        let limit = moment.map { max(.zero, $0 - clock.now()) } ?? .seconds(60)
        return state.wait(atMost: min(limit, .seconds(60))) { state -> Bool? in
            state.peek(lane: position, worker: worker, now: clock.now()) == instruction ? nil : true
        } ?? false
    }

    private func waitForStore() {
        _ = state.wait(atMost: Self.storeRetryDelay) { state -> Bool? in
            state.lanes[position].isStopping ? true : nil
        }
    }
}
