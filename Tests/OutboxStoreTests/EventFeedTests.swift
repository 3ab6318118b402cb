// What a dealership is told: in order, from a place on, each event once; and how long it is kept.

import Domain
import OutboxStore
import Support
import Testing

@Suite("The event feed")
struct EventFeedTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private func events(
        after place: EventCursor = .start, limit: Int = 100, of dealership: DealershipID? = nil
    ) throws -> [FeedEvent] {
        try fixture.events(after: place, type: .contactUnreachable, limit: limit, of: dealership)
    }

    private func blocked(_ count: Int = 1) throws -> [MessageID] {
        try (0..<count).map { _ in try fixture.accept(fixture.acceptance()).id }
    }

    @Test func aBlockedEssentialMessageIsToldOnceAndInOrder() throws {
        try fixture.record(of: "zoe@example.lu")
        let ids = try blocked(5)
        _ = try fixture.accept(fixture.acceptance(purpose: "reminder", class: .service))
        let all = try events()
        #expect(all.map(\.message) == ids && Set(all.map(\.type)) == ["contact.unreachable"])
        #expect(try all.allSatisfy { try $0.contact == fixture.reference("zoe@example.lu") })
        var (place, seen) = (EventCursor.start, [MessageID?]())
        for _ in 0..<3 {
            let page = try events(after: place, limit: 2)
            seen += page.map(\.message)
            place = try EventCursor(#require(page.last).place.text)
        }
        #expect(try events(after: place, limit: 2).isEmpty)
        #expect(seen == ids)
        // What comes later is found from the same place; another dealership hears nothing of it.
        let later = try blocked()
        #expect(try events(after: place).map(\.message) == later)
        #expect(try events(of: DealershipID("garage-sud")).isEmpty)
    }

    @Test func goesWithItsMessageAndTheFeedGoesOnUpward() throws {
        try fixture.record(of: "zoe@example.lu")
        let first = try blocked()
        let place = try #require(try events().last?.place)
        fixture.clock.advance(by: .seconds(400 * 86_400))
        let step = RetentionStep(.messages, before: fixture.clock.now)
        #expect(try fixture.store.prune(step) == first.count)
        #expect(try events().isEmpty)
        let next = try blocked()
        #expect(try events(after: place).map(\.message) == next, "a place outlives the events before it")
    }

    @Test func aClockThatIsSetBackKeepsTheOrder() throws {
        try fixture.record(of: "zoe@example.lu")
        let first = try blocked()
        let place = try #require(try events().last?.place)
        fixture.clock.advance(by: .seconds(-3600))
        try fixture.record(of: "zoe@example.lu", scope: .marketing)
        let second = try blocked()
        #expect(try events().map(\.message) == first + second)
        #expect(try events(after: place).map(\.message) == second)
    }

    @Test func isKeptForItsTermInSteps() throws {
        try fixture.record(of: "zoe@example.lu")
        _ = try blocked(300)
        fixture.clock.advance(by: .seconds(86_400))
        let young = try blocked()
        let before = fixture.clock.now
        let place = try #require(try fixture.events().last?.place)
        let step = RetentionStep(.events, before: before)
        #expect(try fixture.store.read { reader throws(StoreError) in try reader.prunable(step) } == 601)
        #expect(try fixture.store.prune(step) == 601)
        #expect(try events().map(\.message) == young)
        #expect(try fixture.events(after: place).isEmpty, "what was read is not told again")
    }

    @Test(arguments: [
        "", "x", "AQAAAAAAAAAA", "AgAAAAAAAAAB", "AYAAAAAAAAAB", "AQAAAAAAAAABAA", "AQAAAAAAAAA", "evt_1",
        "AQ==",
    ])
    func aCursorThatNobodyGaveIsRefused(text: String) {
        let isStart = text == EventCursor.start.text
        #expect((try? EventCursor(text)) == (isStart ? .start : nil))
    }
}
