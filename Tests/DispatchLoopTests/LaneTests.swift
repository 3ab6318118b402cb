// One provider's threads over a real store: every outcome in its state, the gate in the last instant, the end, and never the
// same message twice.

import Consent
import Delivery
import Domain
import OutboxStore
import Runtime
import Support
import Testing
import Transports

@testable import DispatchLoop

struct LaneTests {
    private let fixture: StoreFixture
    private let lines = Lock<[String]>([])

    init() throws {
        fixture = try StoreFixture()
    }

    private func lane(
        _ transport: ScriptedTransport, connections: Int = 1,
        isRecipientAllowed: @escaping @Sendable (String) -> Bool = { _ in true }
    ) -> DeliveryRoute {
        DeliveryRoute(
            [RouteProvider(transport, connections: connections)], store: fixture.store, policy: .email,
            isRecipientAllowed: isRecipientAllowed, clock: fixture.clock.wallClock, random: { 0.5 },
            log: Log(clock: fixture.clock.wallClock) { [lines] line in lines.withLock { $0.append(line) } })
    }

    @Test(
        arguments: [
            (AttemptReport.ended(.accepted, reply: "250 2.0.0 ok"), MessageState.sent, nil, nil),
            (.ended(.deferred, "4.2.2", reply: "452 4.2.2 full"), .queued, "4.2.2", Duration.seconds(1800)),
            (.ended(.deferred, "connect", isProviderFault: true), .queued, "connect", .seconds(300)),
            (.ended(.rejected, "5.1.1", reply: "550 5.1.1 no"), .failed, "5.1.1", nil),
            (.ended(.unknown, "closed"), .unknown, "closed", .seconds(1800)),
        ] as [(AttemptReport, MessageState, String?, Duration?)])
    func anOutcomeEndsInItsState(
        report: AttemptReport, state: MessageState, reason: String?, gap: Duration?
    ) throws {
        let id = try fixture.accept(fixture.acceptance()).id
        let lane = lane(ScriptedTransport("relay-1") { _, _ in report })
        // A faulty provider is paused, and its worker waits awake; everything else is drained.
        let isDrained = lane.waitUntilDrained(atMost: report.verdict.isProviderFault ? .zero : .seconds(30))
        if report.verdict.isProviderFault { waitForOutcome(of: id) }
        lane.stop()
        #expect(isDrained || report.verdict.isProviderFault)
        let message = try fixture.message(id)
        #expect(message.state == state && message.reasonCode == reason)
        #expect(message.nextAttemptAt == gap.map { fixture.clock.now + $0 })
        let attempt = try #require(message.attempts.first)
        #expect(message.attempts.count == 1 && attempt.provider == "relay-1")
        #expect(attempt.outcome == report.verdict.outcome && attempt.status == report.verdict.status)
        #expect(attempt.reply == report.reply)
    }

    /// Blocks until the first attempt of a message is settled: every command of the store passes by.
    private func waitForOutcome(of id: MessageID) {
        while (try? fixture.message(id).attempts.first?.outcome) == nil {
            _ = try? fixture.store.put(fixture.dealership, record: "{}")
        }
    }

    @Test func aConfigurationStopsTheProviderAndKeepsTheRest() throws {
        for number in 1...5 { try fixture.accept(fixture.acceptance("p\(number)@example.lu")) }
        let transport = ScriptedTransport { _, _ in
            .ended(.deferred, "5.7.8", reply: "535 5.7.8 no", isProviderFault: true, isConfiguration: true)
        }
        let lane = lane(transport)
        #expect(!lane.waitUntilDrained(atMost: .seconds(30)))
        #expect(lane.providers.map(\.stopReason) == ["5.7.8"])
        lane.wake()
        lane.stop()
        #expect(transport.handedOver.count == 1)
        let messages = try fixture.messages()
        #expect(messages.count == 5 && messages.allSatisfy { $0.state == .queued })
        #expect(messages.allSatisfy { $0.nextAttemptAt ?? .init(milliseconds: .max) <= fixture.clock.now })
        #expect(lines.withLock { $0 }.contains { $0.contains("provider-stopped") && $0.contains("5.7.8") })
    }

    @Test func anObjectionIsHeardInTheLastInstant() throws {
        let slow = try fixture.accept(fixture.acceptance("paul@example.lu")).id
        let transport = ScriptedTransport { [fixture] handover, isStillAllowed in
            guard handover.recipient == "paul@example.lu" else { return .ended(.accepted) }
            // The person objects while the connection stands still for five seconds.
            _ = try? fixture.record(of: "paul@example.lu")
            fixture.clock.advance(by: .seconds(5))
            return isStillAllowed()
                ? .ended(.accepted) : .ended(.deferred, HandoverFault.withdrawn.rawValue)
        }
        let lane = lane(transport)
        #expect(lane.waitUntilDrained(atMost: .seconds(30)))
        lane.stop()
        #expect(transport.handedOver.isEmpty)
        let message = try fixture.message(slow)
        #expect(message.state == .blocked && message.reasonCode == "objected")
        #expect(
            message.attempts.map(\.outcome) == [.deferred] && message.attempts.first?.status == "not-started")
    }

    @Test func aDeadlineIsHeardInTheLastInstant() throws {
        let timing = MessageTiming(deliverBy: fixture.clock.now + .seconds(2))
        let late = try fixture.accept(fixture.acceptance(timing: timing)).id
        let clock = fixture.clock
        let transport = ScriptedTransport { _, isStillAllowed in
            clock.advance(by: .seconds(3))
            return isStillAllowed() ? .ended(.accepted) : .ended(.deferred, HandoverFault.withdrawn.rawValue)
        }
        let lane = lane(transport)
        #expect(lane.waitUntilDrained(atMost: .seconds(30)))
        lane.stop()
        #expect(try fixture.message(late).state == .expired)
    }

    @Test func aFreshClaimIsNotAskedAgainAndASlowOneMayGo() throws {
        let answers = Lock<[Bool]>([])
        let transport = ScriptedTransport { [fixture] handover, isStillAllowed in
            if handover.recipient == "fresh@example.lu" {
                _ = try? fixture.record(of: "fresh@example.lu")
                fixture.clock.advance(by: .milliseconds(4999))
            } else {
                fixture.clock.advance(by: .seconds(60))
            }
            let isAllowed = isStillAllowed()
            answers.withLock { $0.append(isAllowed) }
            return .ended(.accepted)
        }
        try fixture.accept(fixture.acceptance("fresh@example.lu"))
        try fixture.accept(fixture.acceptance("slow@example.lu"))
        let lane = lane(transport)
        #expect(lane.waitUntilDrained(atMost: .seconds(30)))
        lane.stop()
        // The attempt started when its claim committed, before the objection; and nobody objected to the slow one.
        #expect(answers.withLock { $0 } == [true, true])
    }

    @Test func stoppingWaitsForWhatIsInFlight() throws {
        let first = try fixture.accept(fixture.acceptance("a@example.lu")).id
        let second = try fixture.accept(fixture.acceptance("b@example.lu")).id
        let flight = Monitor((isInFlight: false, mayLand: false))
        let transport = ScriptedTransport { _, _ in
            flight.update { $0.isInFlight = true }
            flight.wait { $0.mayLand ? () : nil }
            return .ended(.accepted)
        }
        let lane = lane(transport)
        flight.wait { $0.isInFlight ? () : nil }
        let isStopped = Monitor(false)
        let stopper = NamedThread("stopper") {
            lane.stop()
            isStopped.update { $0 = true }
        }
        #expect(isStopped.wait(atMost: .milliseconds(100)) { $0 ? true : nil } == nil)
        flight.update { $0.mayLand = true }
        stopper.join()
        #expect(try fixture.message(first).state == .sent, "it is settled, not left in doubt")
        #expect(try fixture.message(second).state == .queued, "and nothing new was begun")
        #expect(transport.handedOver == [first.description])
    }

    @Test func wakingSendsWhatWasAcceptedLater() throws {
        let transport = ScriptedTransport()
        let lane = lane(transport, connections: 2)
        #expect(lane.waitUntilDrained(atMost: .seconds(30)))
        let id = try fixture.accept(fixture.acceptance()).id
        lane.wake()
        #expect(lane.waitUntilDrained(atMost: .seconds(30)))
        lane.stop()
        #expect(try fixture.message(id).state == .sent)
    }

    @Test func drainingPassesManyThatMayNotGo() throws {
        for number in 0..<250 { try fixture.accept(fixture.acceptance("p\(number)@real.example")) }
        let allowed = try fixture.accept(fixture.acceptance("a@staging.example")).id
        let transport = ScriptedTransport()
        let lane = lane(transport) { $0.hasSuffix("@staging.example") }
        #expect(lane.waitUntilDrained(atMost: .seconds(60)))
        lane.stop()
        #expect(transport.handedOver == [allowed.description])
        #expect(try fixture.messages(MessageFilter(state: .blocked, limit: 1000)).count == 250)
    }

    @Test func twoLanesNeverHandOverOneMessageTwice() throws {
        let count = 2000
        let answered = Monitor(0)
        for number in 0..<count {
            fixture.store.accept(try fixture.acceptance("p\(number)@example.lu")) { _ in
                answered.update { $0 += 1 }
            }
        }
        answered.wait { $0 == count ? () : nil }
        let transports = [ScriptedTransport("relay-1"), ScriptedTransport("relay-2")]
        let lanes = transports.map { lane($0, connections: 16) }
        for lane in lanes { #expect(lane.waitUntilDrained(atMost: .seconds(120))) }
        for lane in lanes { lane.stop() }
        let handedOver = transports.flatMap(\.handedOver)
        #expect(handedOver.count == count && Set(handedOver).count == count)
        #expect(transports.allSatisfy { !$0.handedOver.isEmpty })
        let messages = try fixture.messages()
        #expect(messages.count == count)
        #expect(messages.allSatisfy { $0.state == .sent && $0.attempts.count == 1 })
    }

    @Test func noLineOfTheLogShowsAnAddress() throws {
        let reports: [AttemptReport] = [
            .ended(.rejected, "550", reply: "550 no mailbox"), .ended(.unknown, "closed"),
            .ended(.deferred, "451", reply: "451 later"),
            .ended(.deferred, "login", isProviderFault: true, isConfiguration: true),
        ]
        for _ in reports {
            try fixture.accept(
                fixture.acceptance("canary@example.lu", body: "Canary: canary\r\n\r\ncanary\r\n"))
        }
        let left = Lock(Array(reports.reversed()))
        let lane = lane(ScriptedTransport { _, _ in left.withLock { $0.popLast() } ?? .ended(.unknown) })
        #expect(!lane.waitUntilDrained(atMost: .seconds(30)))
        lane.stop()
        let lines = lines.withLock { $0 }
        #expect(lines.count == 4 && !lines.contains { $0.lowercased().contains("canary") }, "\(lines)")
    }
}
