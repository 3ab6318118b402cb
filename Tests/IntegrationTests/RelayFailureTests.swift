// A relay that is down, refuses, or is configured wrongly: what becomes of the message, what is kept of the attempt, and what the
// operator's command says.

import Foundation
import Support
import Testing

@Suite struct RelayFailureTests {
    private typealias Script = ScriptedSMTPServer.Script

    /// Sends one message to a relay with this script, and drains.
    private func deliver(
        to email: String = "person@example.com", provider more: String = "", _ script: @escaping Script
    ) throws -> (drain: CommandResult, view: JSONDocument, server: ScriptedSMTPServer) {
        let server = ScriptedSMTPServer(script)
        defer { server.stop() }
        let home = try TestHome(provider: TestHome.relay(server.port, more))
        let id = try #require(try home.send(SampleMessage(email).bytes)["id"].string)
        let drain = try home.run(["deliver", "--drain", "--timeout", "3s"])
        return (drain, try home.message(id), server)
    }

    @Test func aRelayThatIsDownDefersTheMessage() throws {
        let home = try TestHome(provider: TestHome.relay(RefusingPort.reserve()))
        // After each fault the relay is left alone, for 1 s and then for 2 s: the third is not tried before the limit, by a second.
        let ids = try (1...3).map { number in
            try #require(try home.send(SampleMessage("down\(number)@example.com").bytes)["id"].string)
        }
        let drain = try home.run(["deliver", "--drain", "--timeout", "2s"])
        #expect(drain.status == 75)
        #expect(drain.error.contains("still due"))
        let view = try home.message(ids[0])
        #expect(view["state"].string == "queued")
        #expect(view["attempts"][0]["outcome"].string == "deferred")
        #expect(view["attempts"][0]["status"].string == "connect")
        #expect(
            view["attempts"][0]["reply"].string?.contains("connect") == true,
            "the library's words, for a person")
        try expectInTheFuture(view["nextAttemptAt"].string)
        let last = try home.message(ids[2])
        #expect(last["state"].string == "queued" && last["attempts"].elements.isEmpty)
    }

    private func expectInTheFuture(_ text: String?) throws {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let date = try #require(formatter.date(from: text ?? ""))
        #expect(date > Date(timeIntervalSinceNow: 60), "\(text ?? "")")
    }

    @Test func aWrongPasswordStopsTheProviderAndKeepsTheMessage() throws {
        let (drain, view, server) = try deliver(
            provider: #"username: "gw", password: "wrong-password-q7x4","#
        ) { step, _, _ in
            switch step {
            case .ehlo: .reply("250-script.test\r\n250 AUTH PLAIN LOGIN")
            case .auth: .reply("535 5.7.8 bad credentials")
            default: nil
            }
        }
        #expect(drain.status == 78)
        #expect(drain.error.contains("5.7.8") && !drain.error.contains("q7x4"))
        #expect(view["state"].string == "queued")
        #expect(view["attempts"][0]["outcome"].string == "deferred")
        #expect(!server.commands.contains { $0.hasPrefix("MAIL") })
    }

    @Test func aRelayWithoutSTARTTLSStopsTheProviderAndSeesNothing() throws {
        let server = ScriptedSMTPServer()
        defer { server.stop() }
        let home = try TestHome(
            provider: #"{ kind: "smtp", url: "smtp://127.0.0.1:\#(server.port)", connections: 1 }"#)
        let id = try #require(try home.send(SampleMessage("tls@example.com").bytes)["id"].string)
        let drain = try home.run(["deliver", "--drain", "--timeout", "3s"])
        #expect(drain.status == 78)
        #expect(drain.error.contains("starttls"))
        #expect(try home.message(id)["state"].string == "queued")
        #expect(!server.commands.contains { $0.contains("MAIL") || $0.contains("tls@example.com") })
        // Corrected, the message that waited leaves at once.
        try home.configure(provider: TestHome.relay(server.port))
        #expect(try home.run(["deliver", "--drain", "--timeout", "5s"]).status == 0)
        #expect(try home.message(id)["state"].string == "sent")
    }

    @Test func aRejectedRecipientFailsWithAReplyThatDoesNotNameIt() throws {
        let (drain, view, _) = try deliver(to: "Nobody.Here@example.com") { step, _, _ in
            step == .rcpt
                ? .reply(
                    "550-5.1.1 <Nobody.Here@example.com>: no such user\r\n550 5.1.1 nobody.here@EXAMPLE.com is gone"
                )
                : nil
        }
        #expect(drain.status == 0)
        #expect(view["state"].string == "failed")
        #expect(view["attempts"][0]["outcome"].string == "rejected")
        #expect(view["attempts"][0]["status"].string == "5.1.1")
        let reply = try #require(view["attempts"][0]["reply"].string)
        #expect(reply.contains("no such user"))
        #expect(!reply.lowercased().contains("nobody.here"))
        #expect(!drain.error.lowercased().contains("nobody.here"))
    }

    @Test func aDeferredMessageWaitsForItsNextAttempt() throws {
        for step in [ScriptedSMTPServer.Step.mail, .rcpt, .data, .dot] {
            let (drain, view, _) = try deliver { asked, _, _ in
                asked == step ? .reply("451 4.7.1 greylisted") : nil
            }
            #expect(drain.status == 0, "nothing is due any more")
            #expect(view["state"].string == "queued", "\(step)")
            #expect(view["attempts"][0]["outcome"].string == "deferred")
            #expect(view["attempts"][0]["status"].string == "4.7.1")
            try expectInTheFuture(view["nextAttemptAt"].string)
        }
    }

    @Test func aMessageRefusedAtTheDotFails() throws {
        let (drain, view, _) = try deliver { step, _, _ in step == .dot ? .reply("554 5.6.0 no") : nil }
        #expect(drain.status == 0)
        #expect(view["state"].string == "failed")
        #expect(view["attempts"][0]["status"].string == "5.6.0")
    }

    @Test func aLostAnswerToTheDotIsUnknownAndNotTriedAgainSoon() throws {
        for action in [ScriptedSMTPServer.Action.close, .reset] {
            let (drain, view, server) = try deliver { step, _, _ in step == .dot ? action : nil }
            #expect(drain.status == 0)
            #expect(view["state"].string == "unknown")
            #expect(view["attempts"].elements.count == 1)
            #expect(view["attempts"][0]["outcome"].string == "unknown")
            // One more try with the same bytes, half an hour later.
            try expectInTheFuture(view["nextAttemptAt"].string)
            #expect(server.bodies.count == 1)
        }
    }

    @Test func aConnectionThatClosesBeforeTheContentIsDeferred() throws {
        for step in [ScriptedSMTPServer.Step.connect, .ehlo, .mail, .rcpt, .data] {
            let (_, view, server) = try deliver { asked, _, _ in asked == step ? .close : nil }
            #expect(view["state"].string == "queued", "\(step)")
            #expect(view["attempts"][0]["outcome"].string == "deferred", "\(step)")
            #expect(server.bodies.isEmpty)
        }
    }

    @Test func a251IsAnAcceptance() throws {
        let (_, view, _) = try deliver { step, _, _ in step == .rcpt ? .reply("251 2.1.5 will forward") : nil
        }
        #expect(view["state"].string == "sent")
    }
}
