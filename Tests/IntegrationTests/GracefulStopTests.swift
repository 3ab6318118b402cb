// What a stop leaves when a relay is silent: the process itself settles what it gave up, within its grace. The store is read before
// anything else starts, so that no recovery can have written what is seen.

import Foundation
import Support
import Testing

@Suite struct GracefulStopTests {
    private typealias Step = ScriptedSMTPServer.Step

    /// A relay that says nothing at one step, and tells when it was reached.
    private final class SilentRelay: Sendable {
        let server: ScriptedSMTPServer
        private let reached = DispatchSemaphore(value: 0)

        init(at step: Step) {
            server = ScriptedSMTPServer(isNarrow: true) { [reached] at, _, _ in
                guard at == step else { return nil }
                reached.signal()
                return .stall
            }
        }

        func waitUntilReached() throws {
            guard reached.wait(timeout: .now() + 60) == .success else { throw TestFailure("no message came") }
        }
    }

    /// Half a megabyte and more as quoted-printable, twice: more than fits between here and a server that does not read.
    private static let largeNote = String(repeating: "é", count: 120_000)

    @Test(
        "a silent relay at SIGTERM",
        arguments: [
            (ScriptedSMTPServer.Step.data, "queued", "deferred"), (.content, "queued", "deferred"),
            (.dot, "unknown", "unknown"),
        ])
    func serve(step: ScriptedSMTPServer.Step, state: String, outcome: String) throws {
        let relay = SilentRelay(at: step)
        defer { relay.server.stop() }
        let home = try TestHome(
            provider: TestHome.relay(relay.server.port), settings: #"shutdownGrace: "6s","#)
        let key = try home.key()
        let gateway = try home.serve()
        var message = SampleMessage("silent@example.com")
        if step == .content { message.note = Self.largeNote }
        let id = try #require(try gateway.accept(message, key: key)["id"].string)
        try relay.waitUntilReached()
        #expect(try gateway.stop() == 0)
        #expect(gateway.logText.contains("giving-up") && gateway.logText.contains("gateway-stopped"))
        #expect(!gateway.logText.contains("grace-over"), "\(gateway.logText)")
        try expect(home, id, state, outcome)
        #expect(relay.server.bodies.count == (step == .dot ? 1 : 0))
    }

    @Test("a silent relay while draining")
    func drain() throws {
        for (step, state, outcome) in [(Step.data, "queued", "deferred"), (.dot, "unknown", "unknown")] {
            let relay = SilentRelay(at: step)
            defer { relay.server.stop() }
            let home = try TestHome(
                provider: TestHome.relay(relay.server.port), settings: #"shutdownGrace: "6s","#)
            let id = try #require(try home.send(SampleMessage("silent@example.com").bytes)["id"].string)
            let drain = try home.run(["deliver", "--drain", "--timeout", "1s"])
            #expect(drain.status == (state == "queued" ? 75 : 0), "\(drain.error)")
            #expect(!drain.error.contains("grace-over"), "\(drain.error)")
            try expect(home, id, state, outcome)
        }
    }

    private func expect(_ home: TestHome, _ id: String, _ state: String, _ outcome: String) throws {
        let view = try home.message(id)
        #expect(view["state"].string == state)
        #expect(view["attempts"].elements.count == 1, "nothing is claimed after SIGTERM")
        #expect(view["attempts"][0]["outcome"].string == outcome)
        #expect(view["attempts"][0]["status"].string == "stopped")
        #expect(view["reason"]["code"].string == "stopped")
        #expect(view["nextAttemptAt"].string != nil)
        // Due at once where nothing can have arrived: the next start needs no schedule.
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let next = try #require(formatter.date(from: view["nextAttemptAt"].string ?? ""))
        #expect((next <= Date()) == (state == "queued"))
    }
}
