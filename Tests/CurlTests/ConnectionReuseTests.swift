// One connection for many messages: its limits, its end, and what happens when the server left meanwhile.

import Curl
import Delivery
import Support
import Testing

@Suite("Connections are reused, and given up in time")
struct ConnectionReuseTests {
    private func outcome(_ evidence: HandoverEvidence) -> Outcome {
        SMTPOutcomeRule.verdict(for: evidence).outcome
    }

    @Test("many messages share one connection up to the limit, which ends with QUIT")
    func limit() throws {
        let server = ScriptedSMTPServer()
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port, messagesPerConnection: 3))
        for _ in 0..<7 { #expect(outcome(connection.send()) == .accepted) }
        connection.hangUp()
        server.stop()
        #expect(server.connectionCount == 3)
        #expect(server.commands.filter { $0 == "QUIT" }.count == 3)
        #expect(
            server.commands.filter { $0.hasPrefix("EHLO") }
                == Array(repeating: "EHLO gw.example.com", count: 3))
        #expect(server.bodies.count == 7)
    }

    @Test("long replies do not add up over the messages of a connection")
    func longReplies() throws {
        // This libcurl ends a transfer at 300 KB of replies; that must count per message.
        let server = ScriptedSMTPServer { step, _, _ in
            step == .dot ? .reply("250 " + String(repeating: "x", count: 10_000)) : nil
        }
        defer { server.stop() }
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
        for _ in 0..<60 { #expect(outcome(connection.send()) == .accepted) }
        #expect(server.connectionCount == 1)
    }

    @Test("an old connection is not used for another message")
    func age() throws {
        let server = ScriptedSMTPServer()
        defer { server.stop() }
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port, connectionLifetime: .zero))
        for _ in 0..<3 { #expect(outcome(connection.send()) == .accepted) }
        #expect(server.connectionCount == 3)
    }

    @Test("hanging up does not wait for a server that ignores QUIT")
    func silentQuit() throws {
        let server = ScriptedSMTPServer { step, _, _ in step == .quit ? .stall : nil }
        defer { server.stop() }
        let patient = SMTPTimeouts(reply: .seconds(600), quit: .seconds(600))
        var connection: SMTPConnection? = SMTPConnection(
            endpoint: try endpoint(port: server.port, timeouts: patient))
        #expect(connection?.send().isAccepted == true)
        let start = ContinuousClock.now
        connection = nil
        // Far from libcurl's own two minutes and from the limits above.
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test("a refusal does not wait for a server that ignores QUIT")
    func silentQuitAfterRefusal() throws {
        let server = ScriptedSMTPServer { step, _, _ in
            switch step {
            case .quit: .stall
            case .rcpt: .reply("550 5.1.1 no")
            default: nil
            }
        }
        defer { server.stop() }
        let patient = SMTPTimeouts(reply: .seconds(600), quit: .milliseconds(200))
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port, timeouts: patient))
        let start = ContinuousClock.now
        #expect(outcome(connection.send()) == .rejected)
        // Far from the ten minutes of a reply.
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test("a refused content keeps the connection, any other failure ends it")
    func afterRefusal() throws {
        for (step, connections) in [(ScriptedSMTPServer.Step.dot, 1), (.rcpt, 2), (.mail, 2)] {
            let server = ScriptedSMTPServer { at, connection, message in
                at == step && connection == 1 && message == 1 ? .reply("550 5.7.1 no") : nil
            }
            defer { server.stop() }
            let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
            #expect(outcome(connection.send()) == .rejected)
            #expect(outcome(connection.send()) == .accepted)
            #expect(server.connectionCount == connections, "\(step)")
        }
    }

    @Test(
        "a kept-alive connection that is gone at MAIL costs the message nothing",
        arguments: [
            ScriptedSMTPServer.Action.close, .reset, .replyAndClose("421 4.4.2 idle for too long"),
            .replyAndClose("421 too many messages"),
        ])
    func lostWhileIdle(action: ScriptedSMTPServer.Action) throws {
        let server = ScriptedSMTPServer { step, connection, message in
            step == .mail && connection == 1 && message == 2 ? action : nil
        }
        defer { server.stop() }
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
        #expect(outcome(connection.send()) == .accepted)
        #expect(outcome(connection.send()) == .accepted)
        #expect(server.connectionCount == 2)
        #expect(server.bodies.count == 2)
    }

    @Test("a server that says goodbye right after the content and closes")
    func closedAfterContent() throws {
        let server = ScriptedSMTPServer { step, _, _ in
            step == .dot ? .replyAndClose("250 2.0.0 ok\r\n421 4.4.2 idle for too long") : nil
        }
        defer { server.stop() }
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
        for _ in 0..<3 { #expect(outcome(connection.send()) == .accepted) }
        #expect(server.bodies.count == 3)
    }

    @Test("the second loss in a row is charged to the provider, and later phases are never repeated")
    func lostTwice() throws {
        let server = ScriptedSMTPServer { step, connection, message in
            step == .mail && (connection > 1 || message == 2) ? .close : nil
        }
        defer { server.stop() }
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
        #expect(outcome(connection.send()) == .accepted)
        let verdict = SMTPOutcomeRule.verdict(for: connection.send())
        #expect(
            verdict
                == Verdict(
                    outcome: .deferred, status: "closed", isProviderFault: true, refusal: .connection,
                    action: .next))
        #expect(server.connectionCount == 2)

        let later = ScriptedSMTPServer { step, _, message in step == .dot && message == 2 ? .close : nil }
        defer { later.stop() }
        let another = SMTPConnection(endpoint: try endpoint(port: later.port))
        #expect(outcome(another.send()) == .accepted)
        #expect(outcome(another.send()) == .unknown)
        #expect(later.bodies.count == 2)
    }

    @Test("a withdrawn message sends no byte of its content, and is asked for once")
    func withdrawn() throws {
        let server = ScriptedSMTPServer()
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
        var count = 0
        let evidence = connection.send {
            count += 1
            return false
        }
        #expect(
            SMTPOutcomeRule.verdict(for: evidence)
                == Verdict(
                    outcome: .deferred, status: "not-started", refusal: .withheld, action: .retry))
        #expect(outcome(connection.send()) == .accepted)
        #expect(count == 1)
        server.stop()
        #expect(server.bodies == [smallBody])
        #expect(server.connectionCount == 2)
    }
}
