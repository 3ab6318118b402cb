// A hand-over that the gateway gives up, at every step at which a server can be silent: it ends soon, and its evidence tells whether
// the message was fully sent.

import Curl
import Delivery
import Dispatch
import Foundation
import Runtime
import Support
import Testing

@Suite("Giving up a hand-over")
struct AbandonTests {
    /// Longer than any test waits, so that nothing but giving up ends a wait.
    private static let patience = SMTPTimeouts(
        connect: .seconds(300), reply: .seconds(600), dataBlock: .seconds(600), quit: .seconds(600),
        overall: .seconds(3600))

    @Test(
        "silence at a step",
        arguments: [ScriptedSMTPServer.Step.connect, .ehlo, .mail, .rcpt, .data, .content, .dot])
    func silence(step: ScriptedSMTPServer.Step) throws {
        let isAbandoned = Lock(false)
        let reached = DispatchSemaphore(value: 0)
        let server = ScriptedSMTPServer { at, _, _ in
            guard at == step else { return nil }
            reached.signal()
            return .stall
        }
        defer { server.stop() }
        let connection = SMTPConnection(
            endpoint: try endpoint(port: server.port, timeouts: Self.patience),
            isAbandoned: { isAbandoned.withLock { $0 } })
        Thread.detachNewThread {
            reached.wait()
            isAbandoned.withLock { $0 = true }
        }
        let evidence = connection.send(step == .content ? body(ofSize: 10_000_000) : smallBody)
        #expect(evidence.fault == .stopped, "\(evidence)")
        #expect(evidence.isEnded == (step == .dot), "\(evidence)")
        let verdict = SMTPOutcomeRule.verdict(for: evidence)
        #expect(verdict.outcome == (step == .dot ? .unknown : .deferred))
        #expect(verdict.status == "stopped")
        #expect(!verdict.isProviderFault && !verdict.isConfiguration && !verdict.mayTryNextProvider)
        #expect(server.bodies.count == (step == .dot ? 1 : 0))
    }

    @Test("nothing more is sent on a connection that was given up")
    func afterwards() throws {
        let isAbandoned = Lock(false)
        let server = ScriptedSMTPServer()
        defer { server.stop() }
        let connection = SMTPConnection(
            endpoint: try endpoint(port: server.port), isAbandoned: { isAbandoned.withLock { $0 } })
        #expect(connection.send().isAccepted)
        isAbandoned.withLock { $0 = true }
        let evidence = connection.send()
        #expect(evidence.fault == .stopped && !evidence.isEnded, "\(evidence)")
        #expect(server.bodies.count == 1)
    }

    @Test("an answer that came before still counts")
    func answered() throws {
        let isAbandoned = Lock(false)
        let server = ScriptedSMTPServer { step, _, _ in
            guard step == .rcpt else { return nil }
            isAbandoned.withLock { $0 = true }
            return .reply("550 5.1.1 no")
        }
        defer { server.stop() }
        let connection = SMTPConnection(
            endpoint: try endpoint(port: server.port), isAbandoned: { isAbandoned.withLock { $0 } })
        // Whichever libcurl sees first: the reply decides, or the message was not accepted.
        let verdict = SMTPOutcomeRule.verdict(for: connection.send())
        #expect(["5.1.1", "stopped"].contains(verdict.status))
        #expect(verdict.outcome == (verdict.status == "stopped" ? .deferred : .rejected))
    }
}
