// An address that a provider's final refusal says is none: noted in the settling transaction, left alone from then on, and nothing else
// is taken for it.

import Consent
import Delivery
import Domain
import OutboxStore
import Support
import Testing

@Suite("Dead addresses")
struct DeadAddressTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    /// Ends the next attempt by this refusal.
    private func refuse(
        _ claim: Claim, _ refusal: RefusalClass, outcome: Outcome = .rejected, status: String = "5.1.1"
    ) throws {
        let verdict = Verdict(outcome: outcome, status: status, refusal: refusal, action: .fail)
        let settlement = Settlement.decide(
            verdict, attempts: claim.tries + 1, isInDoubt: claim.isInDoubt, expiresAt: claim.expiresAt,
            now: fixture.clock.now, policy: .email, random: 0.5)
        _ = try fixture.store.settle(
            AttemptEnd(claim: claim, verdict: verdict, reply: nil, settlement: settlement), thenClaim: nil)
    }

    private func dead() throws -> [StandingEntry] {
        let (dealership, now) = (fixture.dealership, fixture.clock.now)
        return try fixture.store.read { reader throws(StoreError) in
            try reader.deadAddresses(dealership: dealership, at: now)
        }
    }

    private func entries(_ email: String = "zoe@example.lu") throws -> [LedgerEntry] {
        let (dealership, contact) = (fixture.dealership, try fixture.reference(email))
        return try fixture.store.read { reader throws(StoreError) in
            try reader.ledgerEntries(dealership: dealership, contact: contact)
        }
    }

    @Test func aFinalRefusalOfTheRecipientStopsTheNextMessage() throws {
        let id = try fixture.accept(fixture.acceptance(customer: "K-1")).id
        try refuse(#require(try fixture.claim()), .recipient)
        #expect(try fixture.message(id).state == .failed)
        let entry = try #require(try entries().first)
        #expect(entry.event == .bounced && entry.scope == .channel && entry.channel == .email)
        #expect(entry.method == .dsn && entry.actor == "gateway" && entry.occurredAt == fixture.clock.now)
        #expect(try dead().map(\.id) == [entry.id], "under the address alone, not under the number")
        for (purpose, purposeClass) in [("intervention", PurposeClass.essential), ("recall", .safety)] {
            let next = try fixture.accept(fixture.acceptance(purpose: purpose, class: purposeClass))
            #expect(next.state == .blocked && next.reasonCode == "bounced" && next.reasonEntry == entry.id)
        }
        // The person is reached elsewhere.
        #expect(try fixture.accept(fixture.acceptance("other@example.lu", customer: "K-1")).state == .queued)
        try fixture.reopen()
        #expect(try fixture.accept(fixture.acceptance()).reasonEntry == entry.id)
    }

    @Test(arguments: RefusalClass.allCases)
    func nothingElseIsTakenForIt(refusal: RefusalClass) throws {
        for outcome in [Outcome.rejected, .deferred] {
            let email = "\(outcome)@example.lu"
            let id = try fixture.accept(fixture.acceptance(email)).id
            let claim = try #require(try fixture.claim())
            #expect(claim.id == id)
            try refuse(claim, refusal, outcome: outcome, status: "x")
            let isNoted = [.recipient, .objected].contains(refusal) && outcome == .rejected
            #expect(
                try entries(email).map(\.event)
                    == (isNoted ? [refusal == .objected ? .objected : .bounced] : []))
        }
    }

    @Test func oneThatWasSaidLateCountsToo() throws {
        let id = try fixture.accept(fixture.acceptance()).id
        let stale = try #require(try fixture.claim())
        try fixture.reopen()
        try refuse(stale, .recipient)
        #expect(try fixture.message(id).state == .unknown, "the claim was over")
        #expect(try dead().count == 1)
    }

    @Test func itEndsAfter180DaysAndIsNotedAgain() throws {
        _ = try fixture.accept(fixture.acceptance())
        try refuse(#require(try fixture.claim()), .recipient)
        let term = Duration.seconds(180 * 86_400)
        fixture.clock.advance(by: term - .milliseconds(1))
        #expect(try fixture.accept(fixture.acceptance()).state == .blocked)
        fixture.clock.advance(by: .milliseconds(1))
        #expect(try dead().isEmpty)
        _ = try fixture.accept(fixture.acceptance())
        try refuse(#require(try fixture.claim()), .recipient)
        #expect(try entries().count == 2, "the first one says it no more")
        #expect(try fixture.accept(fixture.acceptance()).state == .blocked)
    }

    @Test func isNotedOnceWhileItStands() throws {
        _ = try fixture.accept(fixture.acceptance())
        _ = try fixture.accept(fixture.acceptance())
        let claims = [try #require(try fixture.claim()), try #require(try fixture.claim())]
        for claim in claims { try refuse(claim, .recipient) }
        #expect(try entries().count == 1)
    }

    @Test func liftingOneEntryLeavesWhatThePersonSaid() throws {
        try fixture.record(of: "zoe@example.lu", scope: .channel, channel: .email)
        try fixture.record(.bounced, of: "zoe@example.lu", scope: .channel, channel: .email, method: .dsn)
        let bounced = try #require(try dead().first)
        var lift = ConsentAct(
            references: ContactReferences(address: bounced.contact), event: .lifted, scope: .channel,
            channel: .email, occurredAt: fixture.clock.now, method: .operator, actor: "operator:zoe",
            evidenceDigest: [UInt8](repeating: 1, count: 32))
        lift.refersTo = bounced.id
        #expect(try fixture.store.record(lift, dealership: fixture.dealership).added.count == 1)
        #expect(try dead().isEmpty)
        #expect(try fixture.accept(fixture.acceptance()).reasonCode == "objected")
        #expect(try fixture.store.record(lift, dealership: fixture.dealership).added.isEmpty)
    }
}
