// Random verdicts over a route of three providers and a real store, without threads: whatever happens, what may have arrived stays with
// the provider that has it, what was accepted is never handed over again, and nothing is forgotten.

import Delivery
import Domain
import OutboxStore
import Support
import Testing

@testable import DispatchLoop

@Suite("Any sequence of verdicts over a route")
struct RoutePropertyTests {
    private static let names = ["a", "b", "c"]
    private static let verdicts = [
        Verdict(outcome: .accepted, status: "250"), Verdict(outcome: .unknown, status: "closed"),
        Verdict(outcome: .unknown, status: "closed"),
        Verdict(outcome: .deferred, status: "4.7.1"), Verdict(outcome: .rejected, status: "5.1.1"),
        Verdict(outcome: .deferred, status: "connect", isProviderFault: true),
        Verdict(outcome: .deferred, status: "connect", isProviderFault: true),
        Verdict(outcome: .deferred, status: HandoverFault.withdrawn.rawValue),
    ]
    private static let configuration = Verdict(
        outcome: .deferred, status: "login", isProviderFault: true, isConfiguration: true)

    @Test("a doubt stays where it is, an acceptance is the end, and nobody is forgotten", arguments: 0..<40)
    func sequence(seed: Int) throws {
        var generator = SeededGenerator(state: UInt64(seed))
        let fixture = try StoreFixture()
        var state = RouteState(lanes: Self.names.map { _ in LaneState(workerCount: 1) })
        /// Who was handed what, with what came of it.
        var handed: [MessageID: [(provider: String, outcome: Outcome)]] = [:]
        for number in 0..<12 { try fixture.accept(fixture.acceptance("p\(number)@example.lu")) }
        for _ in 0..<250 {
            fixture.clock.advance(by: .milliseconds(Int64.random(in: 0...120_000, using: &generator)))
            let lane = Int.random(in: 0...2, using: &generator)
            let now = fixture.clock.now
            guard state.instruction(lane: lane, worker: 1, now: now) == .claim else { continue }
            let claim = try fixture.claim(
                provider: Self.names[lane], position: lane, standingInFor: state.placesStoodInFor(by: lane))
            guard let claim else {
                state.foundNothing(lane: lane, worker: 1, nextDue: now)
                continue
            }
            for earlier in handed[claim.id] ?? [] {
                #expect(earlier.outcome != .accepted, "accepted, and handed over again")
                #expect(
                    earlier.outcome != .unknown || earlier.provider == Self.names[lane], "in doubt elsewhere")
            }
            let verdict =
                Int.random(in: 0..<60, using: &generator) == 0
                ? Self.configuration : Self.verdicts.randomElement(using: &generator) ?? Self.configuration
            handed[claim.id, default: []].append((Self.names[lane], verdict.outcome))
            _ = state.note(verdict, lane: lane, now: now)
            let settlement = Settlement.decide(
                verdict, attempts: claim.tries + 1, isInDoubt: claim.isInDoubt, expiresAt: claim.expiresAt,
                now: now, policy: .email, nextPosition: state.nextPosition(after: lane), random: 0.5)
            _ = try fixture.store.settle(
                AttemptEnd(claim: claim, verdict: verdict, reply: nil, settlement: settlement), thenClaim: nil
            )
        }
        try expectNothingForgotten(fixture, state)
    }

    /// Everything queued is claimed by somebody, as long as one provider is not stopped.
    private func expectNothingForgotten(_ fixture: StoreFixture, _ state: RouteState) throws {
        guard !state.isStopped else { return }
        fixture.clock.advance(by: .seconds(4 * 3600))
        for lane in 0...2 where state.lanes[lane].stopReason == nil {
            let places = state.placesStoodInFor(by: lane)
            while try fixture.claim(provider: Self.names[lane], position: lane, standingInFor: places) != nil
            {}
        }
        let left = try fixture.messages().filter { $0.state == .queued }
        #expect(left.isEmpty, "\(left.map(\.attempts))")
    }
}
