// What is put on its way with an event, what is due of it, and what becomes of a webhook that fails.

import Delivery
import Domain
import OutboxStore
import Runtime
import SQLite
import Support
import Testing

@Suite("Webhooks in the store")
struct WebhookTableTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture(
            record: Self.record(["dms": ["message.*"], "crm": ["contact.*", "webhook.disabled"]]))
    }

    private static func record(_ webhooks: KeyValuePairs<String, [String]>) -> String {
        let members = webhooks.map { id, types in
            let names = types.map { "\"\($0)\"" }.joined(separator: ",")
            return #"{"id":"\#(id)","url":"https://\#(id).example.lu/hooks","types":[\#(names)]}"#
        }
        return #"{"webhooks":[\#(members.joined(separator: ","))]}"#
    }

    private func sent(_ count: Int = 1) throws {
        for _ in 0..<count {
            try fixture.accept(fixture.acceptance())
            try fixture.settle(#require(try fixture.claim()), .accepted)
        }
    }

    private func due() throws -> [WebhookDelivery] {
        try fixture.store.read { reader throws(StoreError) in try reader.dueWebhooks(at: fixture.clock.now) }
    }

    private func nextDue() throws -> Timestamp? {
        try fixture.store.read { reader throws(StoreError) in try reader.nextWebhook(after: fixture.clock.now)
        }
    }

    private func standing(_ id: String = "dms") throws -> WebhookStanding {
        let all = try fixture.store.read { reader throws(StoreError) in
            try reader.webhooks(of: fixture.dealership)
        }
        return try #require(all.first { $0.id == id })
    }

    /// Ends a try as the loop does; the reason when that disabled the webhook.
    @discardableResult
    private func end(_ delivery: WebhookDelivery, _ status: Int, retryAfter: Duration? = nil) throws
        -> String?
    {
        let settlement = WebhookSettlement.decide(
            status: status, retryAfter: retryAfter, tries: delivery.tries + 1, now: fixture.clock.now,
            random: 0.5)
        return try fixture.store.settle([WebhookEnd(delivery, settlement, status: "\(status)")]).first?.reason
    }

    @Test func eachWebhookGetsTheTypesThatItNames() throws {
        try sent()
        try fixture.record(of: "max@example.lu")
        let due = try due()
        #expect(
            Set(due.map { "\($0.webhook) \($0.event.type)" }) == ["dms message.sent", "crm contact.objected"])
        #expect(due.allSatisfy { $0.url == "https://\($0.webhook).example.lu/hooks" && $0.tries == 0 })
        let feed = try fixture.events()
        let delivery = try #require(due.first { $0.webhook == "dms" })
        let body = try JSONDocument(delivery.body)
        #expect(body["type"].string == "message.sent" && body["timestamp"].string == feed[0].at.text)
        #expect(body["data"]["id"].string == feed[0].id)
        // Another dealership's events are nobody's here.
        _ = try fixture.store.put(DealershipID("garage-sud"), record: Self.record(["sud": ["message.*"]]))
        try sent()
        #expect(try !self.due().contains { $0.webhook == "sud" })
    }

    @Test func aDeliveryIsDueUntilItHasArrived() throws {
        try sent()
        let first = try #require(try due().first)
        try end(first, 500)
        #expect(try due().isEmpty && nextDue() == fixture.clock.now + .seconds(5))
        #expect(try standing().failingSince == fixture.clock.now && standing().lastStatus == "500")
        fixture.clock.advance(by: .seconds(5))
        try fixture.reopen()
        let second = try #require(try due().first)
        #expect(second.seq == first.seq && second.tries == 1 && second.body == first.body)
        try end(second, 204)
        #expect(try due().isEmpty && nextDue() == nil)
        #expect(try standing().failingSince == nil && standing().waiting == 0)
        // A late second answer of the same try is nobody's.
        try end(second, 500)
        #expect(try due().isEmpty)
    }

    @Test func isGivenUpAtTheEndOfTheSchedule() throws {
        try sent()
        for _ in 0..<8 {
            try end(#require(try due().first), 500)
            if let next = try nextDue() { fixture.clock.advance(by: next - fixture.clock.now) }
        }
        #expect(try due().isEmpty && nextDue() == nil)
        #expect(try standing().givenUp == 1 && standing().disabled == nil)
        // By hand it is sent once more.
        #expect(
            try fixture.store.replay(
                webhook: "dms", of: fixture.dealership, since: Timestamp(milliseconds: 0)) == 1)
        #expect(try due().map(\.tries) == [0])
    }

    @Test func oneThatFailsForDaysIsDisabledAndTold() throws {
        try sent()
        try end(#require(try due().first), 500)
        fixture.clock.advance(by: .seconds(5 * 86_400 - 1))
        #expect(try end(#require(try due().first), 500) == nil)
        fixture.clock.advance(by: .seconds(301))
        #expect(try end(#require(try due().first), 500) == "failing")
        let told = try #require(try fixture.events(type: .webhookDisabled).last)
        #expect(told.view["webhook"] == "dms" && told.reason == "failing")
        #expect(try due().map { "\($0.webhook) \($0.event.type)" } == ["crm webhook.disabled"])
        try sent()
        fixture.clock.advance(by: .seconds(86_400))
        #expect(try due().allSatisfy { $0.webhook == "crm" }, "nothing more is put on its way")
        #expect(throws: StoreError.self) {
            try fixture.store.replay(webhook: "dms", of: fixture.dealership, since: fixture.clock.now)
        }
        // The next file enables it, and so does the operator.
        _ = try fixture.store.put(fixture.dealership, record: Self.record(["dms": ["message.*"]]))
        #expect(try due().map(\.event.type) == ["message.sent"])
        #expect(try end(#require(try due().first), 410) == "gone")
        #expect(try due().isEmpty)
        try fixture.store.enable(webhook: "dms", of: fixture.dealership)
        #expect(try due().count == 1 && standing().disabled == nil)
        #expect(throws: StoreError.self) { try fixture.store.enable(webhook: "crm", of: fixture.dealership) }
    }

    @Test func aSuccessEndsTheDaysOfFailure() throws {
        try sent(2)
        try end(#require(try due().first), 500)
        fixture.clock.advance(by: .seconds(4 * 86_400))
        try end(#require(try due().first), 200)
        fixture.clock.advance(by: .seconds(2 * 86_400))
        #expect(try end(#require(try due().first), 500) == nil)
        #expect(try standing().disabled == nil)
    }

    @Test func aReceiverIsNotAskedByMoreThanItsShare() throws {
        try sent(9)
        #expect(try due().count == 4)
        try end(#require(try due().first), 500)
        #expect(try due().count == 1, "one that fails is asked by one")
        try end(#require(try due().first), 429, retryAfter: .seconds(600))
        #expect(try due().isEmpty, "all of them wait")
        #expect(try nextDue() == fixture.clock.now + .seconds(600))
        fixture.clock.advance(by: .seconds(600))
        #expect(try due().count == 1)
    }

    @Test func nothingIsSentOfAnOlderStore() throws {
        try sent()
        try fixture.rawConnection().run("INSERT INTO home (name, value) VALUES ('fence', 'test')")
        #expect(try due().isEmpty)
        _ = try fixture.store.acceptRestore()
        #expect(try due().count == 1)
    }

    @Test func whatIsGoneIsNotSent() throws {
        try sent()
        #expect(try due().count == 1)
        try fixture.erase(fixture.subject("zoe@example.lu"))
        #expect(try due().isEmpty, "an erasure takes what is on its way")
        try sent()
        fixture.clock.advance(by: .seconds(1))
        #expect(try fixture.store.prune(RetentionStep(.events, before: fixture.clock.now)) > 0)
        #expect(try due().isEmpty, "and so does the term of the event")
        try sent()
        _ = try fixture.store.put(fixture.dealership, record: "{}")
        #expect(try due().isEmpty)
        let raw = try fixture.rawConnection()
        #expect(try raw.first("SELECT count(*) FROM webhook_delivery") { $0.integer(0) } == 0)
        #expect(try raw.first("PRAGMA foreign_key_check") { _ in true } == nil)
    }

    @Test func whoeverSendsIsWokenAfterTheCommit() throws {
        let seen = Heard()
        fixture.store.onWebhook { [fixture] in
            // From the store's own thread another connection sees what was committed.
            let count = try? Connection(path: fixture.path, access: .reader)
                .first("SELECT count(*) FROM webhook_delivery") { $0.integer(0) }
            seen.note(count ?? 0)
        }
        try fixture.accept(fixture.acceptance())
        try fixture.settle(#require(try fixture.claim()), .accepted)
        let isWoken = Patience.wait(atMostSeconds: 60) { seen.counts.last == 1 ? true : nil }
        #expect(isWoken == true, "\(seen.counts)")
    }
}

private final class Heard: @unchecked Sendable {
    private let lock = Lock<[Int64]>([])
    var counts: [Int64] { lock.withLock { $0 } }
    func note(_ count: Int64) { lock.withLock { $0.append(count) } }
}
