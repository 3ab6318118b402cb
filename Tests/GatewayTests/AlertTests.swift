// When the operator is told, as a value and against a real receiver.

import Crypto
import Domain
import Runtime
import Support
import Testing

@testable import Gateway

@Suite("Alerts")
struct AlertTests {
    private let clock = TestClock()

    private func due(
        _ state: AlertState, _ lasting: [AlertKind: [String]] = [:]
    ) -> [String] {
        state.due(lasting, at: clock.now).map { "\($0.kind.rawValue) \($0.subjects.joined(separator: ","))" }
    }

    @Test func oneAnHourOfAKindWhileItLasts() {
        var state = AlertState()
        let stopped: [AlertKind: [String]] = [.providerStopped: ["main"], .mirrorBehind: []]
        #expect(due(state) == [] && due(state, stopped) == ["provider.stopped main"])
        state.sent(.providerStopped, ["main"], hasArrived: true, at: clock.now)
        clock.advance(by: .seconds(3599))
        #expect(due(state, [.providerStopped: ["main", "other"]]) == [])
        #expect(
            due(state, [.diskBelowFloor: ["1 MB left"]]) == ["disk.below-floor 1 MB left"],
            "each kind by itself")
        clock.advance(by: .seconds(1))
        #expect(due(state, stopped) == ["provider.stopped main"])
        #expect(due(state) == [], "nothing is told of what is over")
    }

    @Test func whatHappensInBetweenIsKept() {
        var state = AlertState()
        state.note(.webhookDisabled, "a/dms")
        state.sent(.webhookDisabled, ["a/dms"], hasArrived: true, at: clock.now)
        for name in ["b/dms", "c/dms", "b/dms"] { state.note(.webhookDisabled, name) }
        #expect(due(state) == [])
        clock.advance(by: .seconds(3600))
        #expect(due(state) == ["webhook.disabled b/dms,c/dms"])
        state.sent(.webhookDisabled, ["b/dms", "c/dms"], hasArrived: false, at: clock.now)
        clock.advance(by: .seconds(60))
        #expect(due(state) == ["webhook.disabled b/dms,c/dms"], "one that did not arrive comes again soon")
    }

    @Test func anAlertArrivesSigned() throws {
        let receiver = HTTPReceiver()
        let url = try WebLink(receiver.url)
        let loop = AlertLoop(
            to: { url }, keys: StoreFixture.keys, clock: clock.wallClock,
            lasting: { [.providerStopped: ["main"]] }, log: Log(write: { _ in }))
        defer { loop.stop() }
        let request = try #require(try receiver.wait(for: 1).first)
        #expect(
            request.text
                == #"{"type":"provider.stopped","timestamp":"\#(clock.now.text)","data":{"subjects":["main"]}}"#
        )
        let id = try #require(request["webhook-id"])
        #expect(!id.contains("."))
        let signature = StoreFixture.keys.alertSecrets[0].signature(id: id, at: clock.now, request.body)
        #expect(request["webhook-signature"] == signature)
    }
}
