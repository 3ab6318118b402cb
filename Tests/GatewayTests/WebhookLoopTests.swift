// The loop against a real receiver and a real store, on a clock that the test moves: what arrives, in which form, when again, and that it goes on
// after a restart.

import Consent
import Crypto
import Curl
import Domain
import OutboxStore
import Runtime
import Support
import Testing

@testable import Gateway

@Suite("Sending webhooks")
struct WebhookLoopTests {
    private static let log = Log(write: { _ in })

    private func fixture(_ url: String) throws -> StoreFixture {
        try StoreFixture(
            record: #"{"webhooks":[{"id":"dms","url":"\#(url)","types":["message.*","webhook.*"]}]}"#)
    }

    private func loop(_ fixture: StoreFixture, allowsLoopback: Bool = true) throws -> WebhookLoop {
        let posts = try #require(HTTPCalls(guard: AddressGuard(allowsLoopback: allowsLoopback)))
        return WebhookLoop(
            posts, fixture.store, keys: StoreFixture.keys, clock: fixture.clock.wallClock, random: { 0.5 },
            log: Self.log)
    }

    private func send(_ fixture: StoreFixture) throws {
        try fixture.accept(fixture.acceptance())
        try fixture.settle(#require(try fixture.claim()), .accepted)
    }

    private func standing(_ fixture: StoreFixture) throws -> WebhookStanding {
        let all = try fixture.store.read { reader throws(StoreError) in try reader.webhooks(of: nil) }
        return try #require(all.first)
    }

    /// Waits until the store says so.
    private func wait(_ fixture: StoreFixture, until holds: (WebhookStanding) -> Bool) throws {
        let isSo = try Patience.wait(atMostSeconds: 60) { holds(try standing(fixture)) ? true : nil }
        let found = try standing(fixture)
        #expect(isSo == true, "\(found)")
    }

    @Test func anEventArrivesSigned() throws {
        let receiver = HTTPReceiver()
        let fixture = try fixture(receiver.url)
        let loop = try loop(fixture)
        defer { loop.stop() }
        try send(fixture)
        let request = try #require(try receiver.wait(for: 1).first)
        let event = try #require(try fixture.events().first)
        #expect(request["webhook-id"] == event.id && !event.id.contains("."))
        #expect(request["webhook-timestamp"] == "\(fixture.clock.now.milliseconds / 1000)")
        #expect(request["content-type"] == "application/json")
        let secret = StoreFixture.keys.webhookSecrets(dealership: fixture.dealership, webhook: "dms")[0]
        #expect(
            request["webhook-signature"]
                == secret.signature(id: event.id, at: fixture.clock.now, request.body))
        #expect(try JSONDocument(request.body)["data"]["message"].string == event.message?.description)
        try wait(fixture) { $0.waiting == 0 }
        #expect(receiver.requests.count == 1)
    }

    @Test func comesAgainByTheScheduleUnderTheSameID() throws {
        let receiver = HTTPReceiver { number, _ in HTTPReceiver.answer(number < 8 ? 500 : 200) }
        let fixture = try fixture(receiver.url)
        let loop = try loop(fixture)
        defer { loop.stop() }
        try send(fixture)
        var gaps: [Int64] = []
        for count in 1...7 {
            _ = try receiver.wait(for: count)
            let moment = try #require(try Patience.wait(atMostSeconds: 60) { try next(fixture) })
            gaps.append((moment - fixture.clock.now).milliseconds / 1000)
            fixture.clock.advance(by: moment - fixture.clock.now)
            loop.wake()
        }
        let requests = try receiver.wait(for: 8)
        #expect(gaps == [5, 300, 1800, 7200, 18_000, 36_000, 36_000])
        #expect(Set(requests.map { $0["webhook-id"] }).count == 1 && Set(requests.map(\.body)).count == 1)
        #expect(Set(requests.map { $0["webhook-timestamp"] }).count == 8, "the timestamp is the attempt's")
        try wait(fixture) { $0.waiting == 0 && $0.failingSince == nil }
    }

    private func next(_ fixture: StoreFixture) throws -> Timestamp? {
        try fixture.store.read { reader throws(StoreError) in try reader.nextWebhook(after: fixture.clock.now)
        }
    }

    @Test func goesOnAfterARestart() throws {
        let receiver = HTTPReceiver()
        let fixture = try fixture(receiver.url)
        try send(fixture)
        try fixture.reopen()
        let loop = try loop(fixture)
        defer { loop.stop() }
        #expect(try receiver.wait(for: 1).count == 1)
    }

    @Test func aReceiverThatIsGoneIsDisabled() throws {
        let receiver = HTTPReceiver { _, _ in HTTPReceiver.answer(410) }
        let fixture = try fixture(receiver.url)
        let loop = try loop(fixture)
        defer { loop.stop() }
        try send(fixture)
        try wait(fixture) { $0.disabled == "gone" }
        #expect(try fixture.events().map(\.type) == ["message.sent", "webhook.disabled"])
        #expect(receiver.requests.count == 1)
    }

    @Test func noPrivateAddressIsConnectedTo() throws {
        let receiver = HTTPReceiver()
        let fixture = try fixture(receiver.url)
        let loop = try loop(fixture, allowsLoopback: false)
        defer { loop.stop() }
        try send(fixture)
        try wait(fixture) { $0.lastStatus == "address" }
        #expect(receiver.connectionCount == 0)
    }

    @Test func aSilentReceiverHoldsNobodyUp() throws {
        let silent = LoopbackSocket.listen()
        let receiver = HTTPReceiver()
        let fixture = try fixture("http://127.0.0.1:\(silent.port)/")
        _ = try fixture.store.put(
            DealershipID("garage-sud"),
            record: #"{"webhooks":[{"id":"dms","url":"\#(receiver.url)","types":["contact.*"]}]}"#)
        let loop = try loop(fixture)
        for _ in 0..<3 { try send(fixture) }
        _ = try fixture.store.record(
            ConsentAct(
                references: ContactReferences(address: try fixture.reference("zoe@example.lu")),
                event: .objected,
                scope: .all, occurredAt: fixture.clock.now, method: .page, actor: "contact"),
            dealership: DealershipID("garage-sud"))
        #expect(try receiver.wait(for: 1).count == 1)
        // A stop does not wait for what is under way, and it is due at the next start.
        loop.stop()
        #expect(try standing(fixture).waiting == 3)
    }
}
