// Dead addresses from the relay's mouth to the operator's: what a final refusal notes, what it does not, and the commands around it.

import Foundation
import Support
import Testing

@Suite struct SuppressionTests {
    private static let dealership = ["--dealership", TestHome.dealership]

    /// Sends one message to a relay that says this at RCPT or at the dot, and then another one; the reason of the second.
    private func reasonOfTheNext(
        _ reply: String, at refused: ScriptedSMTPServer.Step = .rcpt
    ) throws -> String? {
        let server = ScriptedSMTPServer { step, _, _ in step == refused ? .reply(reply) : nil }
        defer { server.stop() }
        let home = try TestHome(provider: TestHome.relay(server.port))
        _ = try home.send(SampleMessage("gone@example.com").bytes)
        _ = try home.run(["deliver", "--drain", "--timeout", "5s"])
        return try home.send(SampleMessage("Gone@Example.com").bytes)["reason"]["code"].string
    }

    @Test func onlyACertainRefusalOfTheRecipientCounts() throws {
        for reply in ["550 5.1.1 no such user", "550 5.1.10 null MX", "550 User unknown"] {
            #expect(try reasonOfTheNext(reply) == "bounced", "\(reply)")
        }
        #expect(try reasonOfTheNext("550 5.1.1 no such user", at: .dot) == "bounced")
        for reply in [
            "552 5.2.2 mailbox full", "550 5.2.1 disabled", "550 5.7.1 blocked using a list", "550 no",
            "554 5.6.0 not like this", "550 5.1.8 sender refused", "450 4.1.1 not now", "530 5.7.0 log in",
        ] {
            #expect(try reasonOfTheNext(reply) == nil, "\(reply)")
        }
    }

    @Test func isListedLiftedAndAdded() throws {
        let server = ScriptedSMTPServer { step, _, _ in step == .rcpt ? .reply("550 5.1.1 no") : nil }
        defer { server.stop() }
        let home = try TestHome(provider: TestHome.relay(server.port))
        let list = ["suppression", "list", "--json"] + Self.dealership
        #expect(try home.succeed(list).documents().isEmpty)
        let first = try #require(try home.send(SampleMessage("gone@example.com").bytes)["id"].string)
        #expect(try home.run(["deliver", "--drain"]).status == 0)
        let dead = try home.succeed(list).document()
        #expect(try dead["contact"].string == home.message(first)["contact"].string)
        #expect(dead["channel"].string == "email" && dead["method"].string == "dsn")
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let dates = [dead["since"].string, dead["until"].string].compactMap { formatter.date(from: $0 ?? "") }
        #expect(dates.count == 2 && dates[1].timeIntervalSince(dates[0]) == 180 * 86_400)
        // The failed one stays so until somebody says that the address is good.
        #expect(try home.run(["outbox", "retry", first]).error.contains("bounced"))
        let lift = ["suppression", "lift", "--email", "gone@example.com"] + Self.dealership
        #expect(try home.run(lift).status == 64, "evidence is required")
        #expect(try home.run(lift + ["--evidence", "the customer called"]).status == 0)
        #expect(try home.succeed(list).documents().isEmpty)
        #expect(try home.run(lift + ["--evidence", "again"]).status == 66)
        #expect(try home.run(["outbox", "retry", first]).status == 0)
        let add = ["suppression", "add", "--email", "other@example.com"] + Self.dealership
        #expect(try home.succeed(add + ["--json"]).document()["method"].string == "operator")
        let again = try home.succeed(add)
        #expect(again.error.contains("stands already"))
        #expect(try home.send(SampleMessage("other@example.com").bytes)["reason"]["code"].string == "bounced")
        let contact = try #require(try home.succeed(list).document()["contact"].string)
        #expect(try home.run(["suppression", "add", "--contact", contact] + Self.dealership).status == 65)
        let byReference = ["--contact", contact, "--evidence", "letter"] + Self.dealership
        #expect(try home.run(["suppression", "lift"] + byReference).status == 0)
        #expect(try home.run(["suppression", "list", "--dealership", "nobody"]).status == 66)
    }
}
