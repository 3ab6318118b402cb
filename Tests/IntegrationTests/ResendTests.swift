// `outbox resend` as an operator gives it, alone and beside a running gateway: new messages, named with what they repeat, and delivered.

import Foundation
import Support
import Testing

@Suite("outbox resend") struct ResendTests {
    private let home: TestHome

    init() throws { home = try TestHome() }

    private func send(_ message: SampleMessage) throws -> String {
        try #require(try home.send(message.bytes)["id"].string)
    }

    private func drain() throws { try home.succeed(["deliver", "--drain"]) }

    private func field(_ name: String, of id: String) throws -> String {
        try #require(try PythonJudge.read([home.content(id)])[0].fields[name])
    }

    @Test func alone() throws {
        let first = try send(SampleMessage("alone@example.com"))
        let early = try home.run(["outbox", "resend", first])
        #expect(early.status == 65 && early.text.isEmpty)
        #expect(early.error.contains("it has not left yet; cancel it"))
        try drain()
        let view = try home.succeed(["outbox", "resend", first, "--json"]).document()
        let second = try #require(view["id"].string)
        #expect(view["state"].string == "queued" && view["resendOf"].string == first && second != first)
        for name in ["message-id", "list-unsubscribe"] {
            #expect(try field(name, of: first) != field(name, of: second))
        }
        try drain()
        #expect(try home.message(second)["state"].string == "sent")
        #expect(try home.message(first)["resendOf"].isNull)
        #expect(try home.succeed(["outbox", "show", second]).text.contains("resend of   \(first)"))
        let line = try home.succeed(["outbox", "resend", second]).text
        #expect(line.contains("  queued ") && line.hasSuffix("  resend of \(second)\n"))
    }

    @Test func besideAGateway() throws {
        let key = try home.key()
        let gateway = try home.serve()
        let first = try #require(try gateway.accept(SampleMessage("b@example.com"), key: key)["id"].string)
        #expect(try gateway.settled(first, key: key)["state"].string == "sent")
        let view = try home.succeed(["outbox", "resend", first, "--json"]).document()
        let second = try #require(view["id"].string)
        let settled = try gateway.settled(second, key: key)
        #expect(settled["state"].string == "sent" && settled["resendOf"].string == first)
        #expect(try field("message-id", of: first) != field("message-id", of: second))
        // The new message's own link ends the next one.
        let link = try Mail.unsubscribePath(home.content(second))
        let click = try gateway.client.send(
            "POST", link, [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array("List-Unsubscribe=One-Click".utf8))
        #expect(click.status == 200)
        let blocked = try home.succeed(["outbox", "resend", second, "--json"]).document()
        #expect(blocked["state"].string == "blocked" && blocked["reason"]["code"].string == "objected")
        #expect(try gateway.stop() == 0)
    }

    @Test func toAnotherPerson() throws {
        let first = try send(SampleMessage("typo@example.com", customer: "K-1"))
        try drain()
        try home.write("to.json", #"{ "name": "Anna Roth", "email": "anna@example.com", "locale": "de" }"#)
        let file = "\(home.path)/to.json"
        let view = try home.succeed(["outbox", "resend", first, "--to", file, "--json"]).document()
        let second = try #require(view["id"].string)
        #expect(try view["contact"].string != home.message(first)["contact"].string)
        #expect(try field("to", of: second) == "Anna Roth <anna@example.com>")
        #expect(!String(decoding: try home.content(second), as: UTF8.self).contains("Weber"))
        try home.succeed([
            "consent", "record", "--event", "objected", "--scope", "all", "--method", "phone", "--email",
            "paul@example.com", "--dealership", TestHome.dealership,
        ])
        let blocked = try home.succeed(
            ["outbox", "resend", first, "--to", "-", "--json"],
            input: Array(#"{"email":"paul@example.com"}"#.utf8))
        #expect(try blocked.document()["reason"]["code"].string == "objected")
        #expect(try home.messages().count == 3)
    }

    @Test func aWrongRecipientIsRefusedWithoutBeingRepeated() throws {
        let first = try send(SampleMessage("x@example.com"))
        try drain()
        for (text, status, reason) in [
            (#"{"email":"secret mark"}"#, 65, "/to/email"), ("{", 65, "line 1"),
            (#"["secret"]"#, 65, "must have a JSON object"),
            (#"{"email":"a@example.com","x":1}"#, 65, "/to/x"),
        ] as [(String, Int32, String)] {
            let result = try home.run(["outbox", "resend", first, "--to", "-"], input: Array(text.utf8))
            #expect(result.status == status && result.text.isEmpty, "\(text)")
            #expect(result.error.contains(reason) && !result.error.contains("secret mark"), "\(result.error)")
        }
        #expect(try home.run(["outbox", "resend", first, "--to", "/nowhere"]).status == 66)
        #expect(try home.messages().count == 1)
    }

    @Test func filtersNeedYesAndDoNothingTwice() throws {
        let server = ScriptedSMTPServer { step, _, _ in
            step == .rcpt ? .reply("550 5.1.1 unknown") : nil
        }
        defer { server.stop() }
        try home.configure(provider: TestHome.relay(server.port))
        let first = try Set((1...3).map { try send(SampleMessage("p\($0)@example.com")) })
        try drain()
        try home.configure()
        let failed = ["outbox", "resend", "--state", "failed"]
        let refused = try home.run(failed)
        #expect(refused.status == 64 && refused.error.contains("match 3 messages"))
        let views = try home.succeed(failed + ["--yes", "--json"]).documents()
        #expect(Set(views.compactMap { $0["resendOf"].string }) == first)
        // An operator whose terminal broke gives the same command again: nobody gets a third message.
        let again = try home.run(failed + ["--yes"])
        #expect(again.status == 0 && again.text.isEmpty && again.error.contains("nothing matches"))
        // Somebody who names one means it.
        #expect(try home.run(["outbox", "resend", try #require(first.first)]).status == 0)
        #expect(try home.messages().count == 7)
    }

    @Test func oneThatCannotBeComposedAnyMoreHoldsNobodyUp() throws {
        let advised = try send(
            {
                var message = SampleMessage("a@example.com")
                message.more = ["advisor": "luc"]
                return message
            }())
        let plain = try send(SampleMessage("b@example.com"))
        try drain()
        let example = try String(
            contentsOfFile: Relais.repository + "/Outbox/examples/dealership.json", encoding: .utf8)
        try home.write("moved.json", example.replacingOccurrences(of: "\"luc\"", with: "\"lucien\""))
        try home.succeed(["dealership", "put", "\(home.path)/moved.json"])
        let result = try home.run(["outbox", "resend", advised, plain, "--json"])
        #expect(result.status == 65 && result.error.contains("\(advised): /advisor"), "\(result.error)")
        #expect(try result.documents().map { $0["resendOf"].string } == [plain])
    }
}
