// Two channels, end to end: the second is tried when the first is known to have refused, and never when nobody knows.

import Foundation
import Support
import Testing

@Suite("Fallback from one channel to the other")
struct ChannelFallbackTests {
    private static let taken = #"{"id":"sms-1"}"#

    private func answer(_ status: String, _ body: String) -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func home(_ relay: ScriptedSMTPServer, _ sms: HTTPReceiver) throws -> TestHome {
        let home = try TestHome()
        try home.write(
            "relais.json",
            """
            {
              listen: "127.0.0.1:0", opsListen: "127.0.0.1:0", publicURL: "https://relais.example",
              providers: {
                relay: \(TestHome.relay(relay.port)),
                sms: { kind: "sms", profile: "generic", baseURL: "http://127.0.0.1:\(sms.port)/sms", connections: 1 },
              },
              routes: { email: ["relay"], sms: ["sms"] },
            }
            """)
        return home
    }

    /// Sends one message by both channels and delivers what is due; its view.
    private func deliver(_ channels: [String], _ home: TestHome) throws -> JSONDocument {
        var message = SampleMessage("zoe@example.com")
        message.phone = "+352621123456"
        let accepted = try home.send(message.with("channels", channels))
        #expect(accepted["state"].string == "queued" && accepted["channel"].string == channels[0])
        let drain = try home.run(["deliver", "--drain", "--timeout", "60s"])
        #expect(drain.status == 0, "\(drain.error)")
        return try home.message(try #require(accepted["id"].string))
    }

    private func attempts(_ view: JSONDocument) -> [String] {
        view["attempts"].elements.map {
            "\($0["channel"].string ?? "-") \($0["outcome"].string ?? "-") \($0["status"].string ?? "-")"
        }
    }

    @Test(arguments: [
        (ScriptedSMTPServer.Step.rcpt, "550 5.1.1 no such user", "5.1.1"),
        (.dot, "550 5.7.1 we do not want this", "5.7.1"), (.mail, "553 5.1.8 not you", "5.1.8"),
    ])
    func anSMSGoesOutWhenTheMailWasRefused(
        step: ScriptedSMTPServer.Step, reply: String, status: String
    ) throws {
        let relay = ScriptedSMTPServer { at, _, _ in at == step ? .reply(reply) : nil }
        defer { relay.stop() }
        let sms = HTTPReceiver { _, _ in answer("201 Created", Self.taken) }
        let home = try home(relay, sms)
        let view = try deliver(["email", "sms"], home)
        #expect(view["state"].string == "sent" && view["channel"].string == "sms")
        #expect(attempts(view) == ["email rejected \(status)", "sms accepted 201"])
        #expect(sms.requests.count == 1)
        let request = try JSONDocument(try #require(sms.requests.first).body)
        #expect(request["to"].string == "+352621123456" && request["from"].string == "GarageNord")
        #expect(request["reference"].string == view["id"].string)
        #expect(request["text"].string?.contains("https://relais.example/m/") == true)
        // What is stored now is what was sent.
        #expect(
            String(decoding: try home.content(try #require(view["id"].string)), as: UTF8.self)
                == request["text"].string)
    }

    /// After the dot nobody knows; before it and for now, the mail waits for its relay.
    @Test(arguments: [
        (ScriptedSMTPServer.Step.dot, ScriptedSMTPServer.Action.close, "unknown"),
        (.dot, .reset, "unknown"), (.dot, .reply("250-never ending"), "unknown"),
        (.rcpt, .reply("450 4.2.1 later"), "queued"), (.connect, .reply("421 4.3.2 busy"), "queued"),
        (.data, .close, "queued"),
    ])
    func noSMSGoesOutWhileTheMailMayArrive(
        step: ScriptedSMTPServer.Step, action: ScriptedSMTPServer.Action, state: String
    ) throws {
        let relay = ScriptedSMTPServer { at, _, _ in
            guard at == step else { return nil }
            if case .reply(let text) = action, text.hasPrefix("250-") { return .replyAndClose(text) }
            return action
        }
        defer { relay.stop() }
        let sms = HTTPReceiver { _, _ in answer("201 Created", Self.taken) }
        let home = try home(relay, sms)
        let view = try deliver(["email", "sms"], home)
        #expect(view["state"].string == state && view["channel"].string == "email", "\(attempts(view))")
        #expect(sms.requests.isEmpty && sms.connectionCount == 0)
        guard state == "unknown" else { return }
        // Nor when a person says that the mail was not taken after all, and it may go again: it goes by mail.
        let id = try #require(view["id"].string)
        #expect(try home.succeed(["outbox", "list", "--state", "unknown"]).text.contains(id))
        try home.succeed(["outbox", "resolve", id, "--outcome", "retry"])
        _ = try home.run(["deliver", "--drain", "--timeout", "60s"])
        #expect(sms.requests.isEmpty)
    }

    @Test func aMailGoesOutWhenTheSMSWasRefused() throws {
        let relay = ScriptedSMTPServer()
        defer { relay.stop() }
        let sms = HTTPReceiver { _, _ in answer("400 Bad", #"{"message":"no +352621123456"}"#) }
        let home = try home(relay, sms)
        let view = try deliver(["sms", "email"], home)
        #expect(view["state"].string == "sent" && view["channel"].string == "email")
        #expect(attempts(view) == ["sms rejected 400", "email accepted 2.0.0"])
        #expect(relay.bodies.count == 1 && sms.requests.count == 1)
        #expect(relay.bodies.first == (try home.content(try #require(view["id"].string))))
    }

    @Test(arguments: ["500 Oops", "200 OK", "302 Found", nil])
    func noMailGoesOutWhileTheSMSMayArrive(status: String?) throws {
        let relay = ScriptedSMTPServer()
        defer { relay.stop() }
        let sms = HTTPReceiver { _, _ in status.map { answer($0, "{}") } }
        let home = try home(relay, sms)
        let view = try deliver(["sms", "email"], home)
        #expect(view["state"].string == "unknown" && view["channel"].string == "sms")
        #expect(view["nextAttemptAt"].isNull, "it waits for a person")
        #expect(relay.connectionCount == 0 && sms.requests.count == 1)
    }

    @Test func whatBothRefuseFails() throws {
        let relay = ScriptedSMTPServer { at, _, _ in at == .rcpt ? .reply("550 5.1.1 no such user") : nil }
        defer { relay.stop() }
        let sms = HTTPReceiver { _, _ in answer("400 Bad", "{}") }
        let view = try deliver(["email", "sms"], try home(relay, sms))
        #expect(view["state"].string == "failed" && view["channel"].string == "sms")
        #expect(attempts(view) == ["email rejected 5.1.1", "sms rejected 400"])
        #expect(sms.requests.count == 1)
    }
}
