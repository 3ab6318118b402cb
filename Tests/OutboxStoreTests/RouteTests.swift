// A message's place in the route: who may claim it, where it goes, that doubt keeps it, and what becomes of it when the configuration
// has another route.

import Delivery
import Domain
import OutboxStore
import Support
import Testing

@Suite("A message's place in the route")
struct RouteTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    @Test func theNextProviderGetsWhatTheFirstDidNotTake() throws {
        let id = try fixture.accept(fixture.acceptance()).id
        #expect(try fixture.claim(provider: "backup", position: 1) == nil, "it is the first one's")
        let first = try #require(try fixture.claim(provider: "relay"))
        try fixture.settle(first, .deferred, status: "connect", isProviderFault: true, nextPosition: 1)
        #expect(try fixture.message(id).nextAttemptAt == fixture.clock.now)
        #expect(try fixture.claim(provider: "relay") == nil, "and now the second one's")
        let second = try #require(try fixture.claim(provider: "backup", position: 1))
        try fixture.settle(second, .deferred, status: "connect", isProviderFault: true)
        #expect(try fixture.message(id).nextAttemptAt == fixture.clock.now + .seconds(300))
        fixture.clock.advance(by: .seconds(300))
        #expect(try fixture.claim(provider: "backup", position: 1) == nil)
        let third = try #require(
            try fixture.claim(provider: "relay"), "behind the last, the route begins anew")
        try fixture.settle(third, .accepted)
        let message = try fixture.message(id)
        #expect(message.state == .sent && message.attempts.map(\.provider) == ["relay", "backup", "relay"])
        #expect(message.attempts.map(\.outcome) == [.deferred, .deferred, .accepted])
    }

    @Test func whoStandsInTakesWhatIsNotInDoubtAndKeepsIt() throws {
        let doubtful = try fixture.accept(fixture.acceptance("a@example.lu")).id
        try fixture.settle(#require(try fixture.claim()), .unknown, status: "closed")
        fixture.clock.advance(by: .seconds(1800))
        let other = try fixture.accept(fixture.acceptance("b@example.lu")).id
        let claim = try #require(
            try fixture.claim(provider: "backup", position: 1, standingInFor: [0]))
        #expect(claim.id == other, "the other one has been due for longer, and is in doubt")
        #expect(try fixture.claim(provider: "backup", position: 1, standingInFor: [0]) == nil)
        // Greylisted there, it waits for the provider that greylisted it, whoever is back.
        try fixture.settle(claim, .deferred, status: "4.7.1")
        fixture.clock.advance(by: .seconds(1800))
        let first = try #require(try fixture.claim(), "the first one tries what is in doubt once more")
        #expect(first.id == doubtful && first.isInDoubt)
        #expect(try fixture.claim() == nil)
        #expect(try fixture.claim(provider: "backup", position: 1)?.id == other)
    }

    @Test func whatItStoodInForStaysThereInDoubt() throws {
        let id = try fixture.accept(fixture.acceptance()).id
        let claim = try #require(
            try fixture.claim(provider: "backup", position: 1, standingInFor: [0]))
        try fixture.settle(claim, .unknown, status: "closed")
        fixture.clock.advance(by: .seconds(1800))
        #expect(try fixture.claim() == nil)
        #expect(try fixture.message(id).nextAttemptAt != nil, "it still waits for its own")
        #expect(try fixture.claim(provider: "backup", position: 1)?.isInDoubt == true)
    }

    @Test func aCrashLeavesItInDoubtWhereItWas() throws {
        try fixture.accept(fixture.acceptance())
        _ = try fixture.claim(provider: "backup", position: 1, standingInFor: [0])
        try fixture.reopen()
        fixture.clock.advance(by: .seconds(1800))
        #expect(try fixture.claim(provider: "relay") == nil)
        #expect(try fixture.claim(provider: "backup", position: 1)?.isInDoubt == true)
    }

    @Test func nothingDueTellsOfThoseItStandsInFor() throws {
        try fixture.accept(fixture.acceptance())
        try fixture.settle(#require(try fixture.claim()), .deferred, status: "4.7.1")
        for (places, expected) in [([], nil), ([0], fixture.clock.now + .seconds(1800))]
            as [([Int], Timestamp?)]
        {
            let request = ClaimRequest(
                channel: .email, provider: "backup", position: 1, standingInFor: places,
                isRecipientAllowed: { _ in true })
            guard case .idle(let nextDue) = try fixture.store.settle(nil, thenClaim: request) else {
                Issue.record("nothing is due")
                return
            }
            #expect(nextDue == expected)
        }
    }

    @Test func whoStandsInKeepsTheOrderOfBothPlaces() throws {
        let first = try fixture.accept(fixture.acceptance("a@example.lu")).id
        try fixture.settle(
            #require(try fixture.claim()), .deferred, status: "connect", isProviderFault: true,
            nextPosition: 1)
        fixture.clock.advance(by: .seconds(1))
        let second = try fixture.accept(fixture.acceptance("b@example.lu")).id
        let urgent = try fixture.accept(
            fixture.acceptance("c@example.lu", timing: MessageTiming(priority: .urgent))
        ).id
        let order = try (1...3).map { _ in
            try fixture.claim(provider: "backup", position: 1, standingInFor: [0])?.id
        }
        #expect(order == [urgent, first, second])
    }

    @Test(arguments: [MessageAct.retry, .release])
    func whatAPersonLetsGoBeginsAtTheFirst(act: MessageAct) throws {
        let id = try fixture.accept(fixture.acceptance()).id
        try fixture.settle(
            #require(try fixture.claim()), .deferred, status: "connect", isProviderFault: true,
            nextPosition: 1)
        if act == .release {
            _ = try fixture.store.act(.hold, on: id)
        } else {
            try fixture.settle(
                #require(try fixture.claim(provider: "backup", position: 1)), .rejected, status: "5.1.1")
        }
        _ = try fixture.store.act(act, on: id)
        #expect(try fixture.claim(provider: "backup", position: 1) == nil)
        #expect(try fixture.claim()?.id == id)
    }

    @Test func whatAPersonResolvesBeginsAtTheFirst() throws {
        let id = try fixture.accept(fixture.acceptance()).id
        let claim = try #require(
            try fixture.claim(provider: "backup", position: 1, standingInFor: [0]))
        try fixture.settle(claim, .unknown, status: "closed")
        _ = try fixture.store.resolve(id, .retry)
        #expect(try fixture.claim()?.id == id)
    }

    // MARK: Another route

    /// One message for each provider of a route of three, deferred there, and one in doubt at each.
    private func spread(_ route: [String]) throws -> (queued: [MessageID], doubtful: [MessageID]) {
        var queued: [MessageID] = []
        var doubtful: [MessageID] = []
        for (position, provider) in route.enumerated() {
            for outcome in [Outcome.deferred, .unknown] {
                let id = try fixture.accept(fixture.acceptance("\(provider).\(outcome)@example.lu")).id
                let claim = try #require(
                    try fixture.claim(provider: provider, position: position, standingInFor: [0]))
                try fixture.settle(claim, outcome, status: "4.7.1")
                if outcome == .deferred { queued.append(id) } else { doubtful.append(id) }
            }
        }
        return (queued, doubtful)
    }

    /// Who claims what in a route, when all is due.
    private func claims(_ route: [String]) throws -> [String: Set<MessageID>] {
        fixture.clock.advance(by: .seconds(1800))
        var claimed: [String: Set<MessageID>] = [:]
        for (position, provider) in route.enumerated() {
            while let claim = try fixture.claim(provider: provider, position: position) {
                claimed[provider, default: []].insert(claim.id)
            }
        }
        return claimed
    }

    @Test func anotherOrderMovesWhatWaitsWithItsProvider() throws {
        try fixture.reopen(route: ["a", "b", "c"])
        let (queued, doubtful) = try spread(["a", "b", "c"])
        try fixture.reopen(route: ["c", "a", "b"])
        let claims = try claims(["c", "a", "b"])
        // What waits for the first one and is not in doubt waits for the first one still.
        #expect(claims["c"] == [queued[0], queued[2], doubtful[2]])
        #expect(claims["a"] == [doubtful[0]])
        #expect(claims["b"] == [queued[1], doubtful[1]])
    }

    @Test func aShorterRouteStrandsNothingAndHandsNoDoubtOn() throws {
        try fixture.reopen(route: ["a", "b", "c"])
        let (queued, doubtful) = try spread(["a", "b", "c"])
        try fixture.reopen(route: ["b"])
        #expect(try claims(["b"]) == ["b": Set(queued + [doubtful[1]])])
        for id in [doubtful[0], doubtful[2]] {
            let message = try fixture.message(id)
            #expect(message.state == .unknown && message.reasonCode == "provider-changed")
            #expect(message.nextAttemptAt == nil)
        }
    }

    @Test func theSameRouteOrNoneMovesNothing() throws {
        try fixture.reopen(route: ["a", "b"])
        let (queued, doubtful) = try spread(["a", "b"])
        try fixture.reopen()
        try fixture.reopen(route: ["a", "b"])
        let claims = try claims(["a", "b"])
        #expect(claims == ["a": [queued[0], doubtful[0]], "b": [queued[1], doubtful[1]]])
    }

    // MARK: Retry by class

    @Test func aClassHasItsOwnLifetimeAndItsOwnDoubt() throws {
        var offers = RetryPolicy.email
        offers.schedule.lifetime = .seconds(3600)
        offers.unknownRetryDelay = nil
        try fixture.reopen(policy: RetryPlan(email: RetryTable(.email, classes: [.service: offers])))
        let service = try fixture.accept(
            fixture.acceptance("a@example.lu", purpose: "reminder", class: .service)
        ).id
        let essential = try fixture.accept(fixture.acceptance("b@example.lu")).id
        #expect(try fixture.claim()?.id == service && fixture.claim()?.id == essential)
        try fixture.reopen(policy: RetryPlan(email: RetryTable(.email, classes: [.service: offers])))
        #expect(try fixture.message(service).nextAttemptAt == nil)
        #expect(try fixture.message(essential).nextAttemptAt == fixture.clock.now + .seconds(1800))
        for id in [service, essential] { _ = try fixture.store.resolve(id, .retry) }
        fixture.clock.advance(by: .seconds(3600))
        #expect(try fixture.claim()?.id == essential)
        #expect(try fixture.claim() == nil)
        #expect(try fixture.message(service).state == .expired)
        _ = try fixture.store.act(.retry, on: service)
        fixture.clock.advance(by: .seconds(3599))
        #expect(try fixture.claim()?.id == service, "tried again, it has its lifetime again")
        let late = try fixture.accept(
            fixture.acceptance("c@example.lu", purpose: "reminder", class: .service)
        ).id
        fixture.clock.advance(by: .seconds(3600))
        #expect(try fixture.claim() == nil)
        #expect(try fixture.message(late).state == .expired)
    }
}
