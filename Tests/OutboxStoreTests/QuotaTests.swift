// A dealership's quota: what is beyond it is accepted and waits for an operator, and the dealership is told once a day.

import Domain
import OutboxStore
import Support
import Testing

@Suite("Quotas")
struct QuotaTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private func accept(
        _ email: String = "zoe@example.lu", day: String = "2026-11-23", limit: Int = 2, key: String? = nil,
        isRecipientAllowed: Bool = true
    ) throws -> MessageRecord {
        var acceptance = try fixture.acceptance(email, isRecipientAllowed: isRecipientAllowed, key: key)
        acceptance.quota = DayQuota(day: day, messages: limit)
        return try fixture.accept(acceptance)
    }

    private func told() throws -> [MessageID?] {
        try fixture.store.read { reader throws(StoreError) in
            try reader.events(dealership: fixture.dealership, after: .start, limit: 10)
        }.filter { $0.type == "dealership.quota-reached" }.map(\.message)
    }

    @Test func whatIsBeyondItIsHeldAndToldOnceADay() throws {
        #expect(try (0..<2).map { _ in try accept().state } == [.queued, .queued])
        #expect(try told().isEmpty)
        let beyond = try (0..<3).map { _ in try accept() }
        #expect(beyond.allSatisfy { $0.state == .held && $0.reasonCode == "quota" })
        #expect(try told() == [beyond[0].id])
        let held = try fixture.store.read { reader throws(StoreError) in
            try reader.events(dealership: fixture.dealership, after: .start, limit: 10)
        }.filter { $0.type == "message.held" }.map(\.message)
        #expect(held == beyond.map(\.id), "a hold from the first moment is told like any other")
        // A higher quota counts from the next message on, without being told again; another day begins anew.
        #expect(try accept(limit: 6).state == .queued)
        #expect(try accept(limit: 6).state == .held)
        #expect(try told().count == 1)
        #expect(try (0..<3).map { _ in try accept(day: "2026-11-24").state } == [.queued, .queued, .held])
        #expect(try told().count == 2)
        let days = try fixture.rawConnection().all("SELECT day FROM quota_use") { $0.text(0) }
        #expect(days == ["2026-11-24"])
        // An operator lets it go.
        #expect(try fixture.store.act(.release, on: beyond[0].id).state == .queued)
    }

    @Test func cancellingDoesNotLeadRoundIt() throws {
        _ = try accept(limit: 1)
        let beyond = try accept(limit: 1).id
        let cancelled = try fixture.store.act(.cancel, on: beyond)
        #expect(cancelled.state == .cancelled && cancelled.reasonCode == "quota")
        #expect(throws: StoreError.self) { _ = try fixture.store.act(.retry, on: beyond) }
    }

    @Test func onlyWhatIsAcceptedCounts() throws {
        try fixture.record(of: "paul@example.lu")
        _ = try accept(key: "one")
        _ = try accept(key: "one")
        #expect(try accept("paul@example.lu").state == .blocked)
        #expect(try accept(isRecipientAllowed: false).state == .blocked)
        #expect(try accept().state == .queued)
        #expect(try accept().state == .held)
    }

    @Test func anotherDealershipHasItsOwn() throws {
        let other = try DealershipID("garage-sud")
        _ = try fixture.store.put(other, record: "{}")
        _ = try accept(limit: 1)
        var foreign = try fixture.acceptance("o@example.lu")
        foreign.dealership = other
        foreign.quota = DayQuota(day: "2026-11-23", messages: 1)
        #expect(try fixture.accept(foreign).state == .queued)
        #expect(try accept(limit: 1).state == .held)
    }

    @Test func theEndOfAHoldLetsNothingGoThatIsBeyondTheQuota() throws {
        _ = try fixture.store.setHold(true, of: fixture.dealership)
        let (within, beyond) = (try accept(limit: 1), try accept(limit: 1))
        #expect(within.reasonCode == "dealership-held" && beyond.reasonCode == "quota")
        #expect(try fixture.store.setHold(false, of: fixture.dealership) == 1)
        #expect(try fixture.message(within.id).state == .queued)
        #expect(try fixture.message(beyond.id).state == .held)
    }
}
