// Several providers over a real store, on threads: what goes on to the next one and what never does, who says so, and a rate counted
// on a clock of the test's own.

import Consent
import Delivery
import Domain
import OutboxStore
import Runtime
import Support
import Testing
import Transports

@testable import DispatchLoop

@Suite("A route of several providers")
struct DeliveryRouteTests {
    private let fixture: StoreFixture
    private let lines = Lock<[String]>([])

    init() throws { fixture = try StoreFixture() }

    private func route(
        _ transports: [ScriptedTransport], connections: Int = 1, rate: SendRate? = nil,
        policy: RetryTable = .email
    ) -> DeliveryRoute {
        DeliveryRoute(
            transports.map { RouteProvider($0, connections: connections, rate: rate) }, store: fixture.store,
            policy: policy, isRecipientAllowed: { _ in true }, clock: fixture.clock.wallClock,
            random: { 0.5 },
            log: Log(clock: fixture.clock.wallClock) { [lines] line in lines.withLock { $0.append(line) } })
    }

    private func accept(_ count: Int, from first: Int = 1) throws -> [MessageID] {
        try (first..<first + count).map { try fixture.accept(fixture.acceptance("p\($0)@example.lu")).id }
    }

    /// Waits until a number of messages is in a state; every command of the store passes by.
    private func wait(for count: Int, in state: MessageState) throws {
        let found: Bool? = try Patience.wait(atMostSeconds: 60) {
            try fixture.messages().count { $0.state == state } == count ? true : nil
        }
        try #require(found == true)
    }

    @Test func theSecondGetsEverythingOnceWhileTheFirstIsDown() throws {
        let ids = try accept(20)
        let first = ScriptedTransport("relay") { _, _ in .ended(.deferred, "connect", isProviderFault: true) }
        let second = ScriptedTransport("backup")
        let route = route([first, second], connections: 4)
        try wait(for: 20, in: .sent)
        route.stop()
        #expect(second.handedOver.sorted() == ids.map(\.description).sorted())
        // Its clock stands still: the first one is asked by what its four connections had claimed, and never again.
        #expect((1...4).contains(first.handedOver.count))
        for message in try fixture.messages() {
            let tried = first.handedOver.contains(message.id.description)
            #expect(message.attempts.map(\.provider) == (tried ? ["relay", "backup"] : ["backup"]))
            #expect(message.attempts.map(\.outcome) == (tried ? [.deferred, .accepted] : [.accepted]))
        }
        #expect(route.providers.map(\.name) == ["relay", "backup"])
        #expect(route.providers.map { $0.pausedUntil != nil } == [true, false])
        let paused = lines.withLock { $0 }.filter { $0.contains("provider-paused") }
        #expect(paused.count == 1 && paused[0].contains("backup takes its messages"), "\(paused)")
    }

    @Test func aWrongPasswordAtTheFirstIsLoudAndTheSecondCarriesOn() throws {
        let ids = try accept(5)
        let first = ScriptedTransport("relay") { _, _ in
            .ended(.deferred, "5.7.8", reply: "535 5.7.8 no", isProviderFault: true, isConfiguration: true)
        }
        let second = ScriptedTransport("backup")
        let route = route([first, second])
        #expect(route.waitUntilDrained(atMost: .seconds(60)))
        #expect(!route.isStopped && route.providers.map(\.stopReason) == ["5.7.8", nil])
        // What comes later is taken as well.
        try accept(1, from: 6).forEach { _ in route.wake() }
        try wait(for: 6, in: .sent)
        route.stop()
        #expect(first.handedOver == [ids[0].description])
        #expect(second.handedOver.count == 6)
        let stopped = lines.withLock { $0 }.filter { $0.contains("provider-stopped") }
        #expect(stopped.count == 1 && stopped[0].contains(" error "))
        #expect(stopped[0].contains("provider=relay") && stopped[0].contains("backup takes its messages"))
    }

    @Test func whenEveryProviderIsStoppedAllStaysQueued() throws {
        _ = try accept(3)
        let transports = ["relay", "backup"].map { name in
            ScriptedTransport(name) { _, _ in
                .ended(.deferred, "login", isProviderFault: true, isConfiguration: true)
            }
        }
        let route = route(transports)
        #expect(!route.waitUntilDrained(atMost: .seconds(60)))
        #expect(route.isStopped && route.providers.map(\.stopReason) == ["login", "login"])
        route.stop()
        #expect(transports.map(\.handedOver.count) == [1, 1])
        let messages = try fixture.messages()
        #expect(messages.count == 3 && messages.allSatisfy { $0.state == .queued })
        #expect(messages.allSatisfy { $0.nextAttemptAt.map { $0 <= fixture.clock.now } == true })
    }

    @Test func whatMayHaveArrivedNeverGoesToTheSecond() throws {
        let id = try accept(1)[0]
        let calls = Lock(0)
        let first = ScriptedTransport("relay") { _, _ in
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            // Lost after the dot; then down, then stopped: every reason there is to go elsewhere.
            return call == 1
                ? .ended(.unknown, "closed")
                : .ended(.deferred, "login", isProviderFault: true, isConfiguration: true)
        }
        let second = ScriptedTransport("backup")
        let route = route([first, second])
        #expect(route.waitUntilDrained(atMost: .seconds(60)))
        #expect(try fixture.message(id).state == .unknown)
        fixture.clock.advance(by: .seconds(1800))
        route.wake()
        let stopped: Bool? = Patience.wait(atMostSeconds: 60) {
            route.providers[0].stopReason == nil ? nil : true
        }
        #expect(stopped == true)
        fixture.clock.advance(by: .seconds(86_400))
        route.wake()
        #expect(route.waitUntilDrained(atMost: .seconds(60)))
        route.stop()
        #expect(first.handedOver.count == 2 && second.handedOver.isEmpty)
        let message = try fixture.message(id)
        #expect(message.state == .unknown && message.attempts.map(\.provider) == ["relay", "relay"])
    }

    @Test func whatLiesWithTheMessageStaysWithItsProvider() throws {
        let ids = try accept(2)
        let reports = [
            ids[0].description: AttemptReport.ended(.deferred, "4.7.1"),
            ids[1].description: .ended(.rejected, "5.1.1"),
        ]
        let first = ScriptedTransport("relay") { handover, _ in
            reports[handover.messageID] ?? .ended(.accepted)
        }
        let second = ScriptedTransport("backup")
        let route = route([first, second])
        #expect(route.waitUntilDrained(atMost: .seconds(60)))
        route.stop()
        #expect(second.handedOver.isEmpty)
        #expect(try fixture.message(ids[0]).nextAttemptAt == fixture.clock.now + .seconds(1800))
        #expect(try fixture.message(ids[1]).state == .failed)
    }

    @Test func theFirstIsUsedAgainWhenItIsBack() throws {
        _ = try accept(3)
        let isUp = Lock(false)
        let first = ScriptedTransport("relay") { _, _ in
            isUp.withLock { $0 } ? .ended(.accepted) : .ended(.deferred, "connect", isProviderFault: true)
        }
        let second = ScriptedTransport("backup")
        let route = route([first, second])
        try wait(for: 3, in: .sent)
        #expect(second.handedOver.count == 3)
        isUp.withLock { $0 = true }
        fixture.clock.advance(by: .seconds(2))
        // Whoever asks first gets a message, until the first one has tried; from then on all are its.
        var count = 3
        while route.providers[0].pausedUntil != nil || first.handedOver.count < 2 {
            _ = try accept(1, from: count + 1)
            route.wake()
            count += 1
            try wait(for: count, in: .sent)
        }
        let before = second.handedOver.count
        for _ in 1...10 {
            _ = try accept(1, from: count + 1)
            route.wake()
            count += 1
            try wait(for: count, in: .sent)
        }
        route.stop()
        #expect(second.handedOver.count == before)
        #expect(lines.withLock { $0 }.contains { $0.contains("provider-resumed") })
    }

    @Test(arguments: [(PurposeClass.service, Duration.seconds(7200)), (.essential, .seconds(300))])
    func aFaultAtTheLastWaitsForTheScheduleOfItsClass(purposeClass: PurposeClass, gap: Duration) throws {
        var reminders = RetryPolicy.email
        reminders.schedule.firstConnectRetry = .seconds(7200)
        let purpose = purposeClass == .service ? "reminder" : "intervention"
        let id = try fixture.accept(fixture.acceptance(purpose: purpose, class: purposeClass)).id
        let transports = ["relay", "backup"].map { name in
            ScriptedTransport(name) { _, _ in .ended(.deferred, "connect", isProviderFault: true) }
        }
        let route = route(transports, policy: RetryTable(.email, classes: [.service: reminders]))
        let next: Timestamp? = try Patience.wait(atMostSeconds: 60) {
            let message = try fixture.message(id)
            return message.attempts.compactMap(\.outcome).count == 2 ? message.nextAttemptAt : nil
        }
        route.stop()
        #expect(next == fixture.clock.now + gap)
        #expect(try fixture.message(id).attempts.map(\.provider) == ["relay", "backup"])
    }

    @Test func aRateIsKeptByAllConnectionsTogetherAndNothingIsClaimedMeanwhile() throws {
        for number in 1...40 {
            let timing = MessageTiming(priority: Priority.allCases[number % 3])
            try fixture.accept(fixture.acceptance("p\(number)@example.lu", timing: timing))
        }
        let transport = ScriptedTransport("relay")
        let route = route([transport], connections: 8, rate: try SendRate(configured: "20/s"))
        // Two at once, then one every 50 ms of the test's clock, and not one more however long it stands.
        for expected in [2, 3, 4, 5, 6, 16, 26] {
            try wait(for: expected, in: .sent)
            #expect(transport.handedOver.count == expected)
            #expect(try fixture.messages().allSatisfy { $0.state != .sending })
            for _ in 0..<(expected < 6 ? 1 : 10) {
                let sent = transport.handedOver.count
                fixture.clock.advance(by: .milliseconds(50))
                // A moment of the clock passes unseen by the threads; a wake lets them look.
                route.wake()
                try wait(for: sent + 1, in: .sent)
            }
        }
        route.stop()
        #expect(try fixture.messages().count { $0.state == .queued } == 4)
    }
}
