// Commands beside a running gateway: they speak to it through the home's socket and do there what they would do alone. What delivers or
// serves by itself is refused, because one gateway already does.

import Foundation
import Support
import Testing

@Suite struct BesideGatewayTests {
    private let home: TestHome
    private let key: String
    private let gateway: RelaisGateway

    init() throws {
        home = try TestHome()
        key = try home.key()
        gateway = try home.serve()
    }

    private func person(_ email: String) -> [String] {
        ["--dealership", TestHome.dealership, "--email", email]
    }

    @Test func readingWorks() throws {
        let id = try #require(try gateway.accept(SampleMessage("x@example.com"), key: key)["id"].string)
        _ = try gateway.settled(id, key: key)
        let reading = [
            ["outbox", "list"], ["outbox", "show", id], ["outbox", "show", id, "--content"], ["check"],
            ["consent", "show"] + person("x@example.com"), ["consent", "verify"],
            ["consent", "checkpoint"],
        ]
        for words in reading {
            let result = try home.run(words)
            #expect(result.status == 0, "\(words): \(result.error)")
            #expect(!result.output.isEmpty)
        }
        #expect(try gateway.stop() == 0)
    }

    /// The emergency command of a tired person: a slip must not look like success.
    @Test func aFilterThatCannotMatchIsAMistake() throws {
        let typo = try home.run([
            "outbox", "hold", "--state", "queued", "--dealership", "garage-nrod", "--yes",
        ])
        #expect(typo.status == 66 && typo.error.contains("there is no dealership garage-nrod"))
        let state = try home.run(["outbox", "hold", "--state", "sent", "--yes"])
        #expect(state.status == 64 && state.error.contains("queued, not for sent"))
        #expect(try gateway.stop() == 0)
    }

    @Test func aMessageSentByACommandIsDeliveredByTheGateway() throws {
        let id = try #require(try home.send(SampleMessage("y@example.com").bytes)["id"].string)
        #expect(try gateway.settled(id, key: key)["state"].string == "sent")
        #expect(try gateway.stop() == 0)
    }

    @Test func anObjectionRecordedByACommandActsAtOnce() throws {
        try home.succeed(
            ["consent", "record", "--event", "objected", "--scope", "all", "--method", "phone"]
                + person("paul@example.com"))
        let blocked = try gateway.accept(SampleMessage("paul@example.com"), key: key)
        #expect(blocked["state"].string == "blocked")
        #expect(blocked["reason"]["code"].string == "objected")
        #expect(try home.ledgerCount() == 1)
        #expect(try gateway.stop() == 0)
    }

    @Test func aKeyMadeByACommandOpensTheAPIAtOnce() throws {
        let fresh = try home.key("send")
        #expect(try gateway.accept(SampleMessage("z@example.com"), key: fresh)["id"].string != nil)
        try home.succeed(["dealership", "put", Relais.repository + "/Outbox/examples/dealership.json"])
        #expect(try gateway.stop() == 0)
    }

    @Test func manyLinesAreAnsweredInTheirOrder() throws {
        let lines = (0..<300).map { number in
            number % 50 == 7 ? Array("{ broken".utf8) : SampleMessage("p\(number)@example.com").bytes
        }
        let result = try home.run(
            ["send", "-", "--json", "--dealership", TestHome.dealership],
            input: Array(lines.joined(separator: [0x0A])))
        #expect(result.status == 65)
        let documents = try result.documents()
        #expect(documents.count == 300)
        for (number, document) in documents.enumerated() {
            #expect((document["state"].string == "refused") == (number % 50 == 7), "line \(number + 1)")
        }
        #expect(try gateway.stop() == 0)
        #expect(try home.run(["outbox", "list", "--limit", "1000"]).lines.count == 294)
    }

    @Test func actsGoThroughTheGateway() throws {
        let later = SampleMessage("later@example.com").with("notBefore", "2099-01-01T00:00:00Z")
        let refused = try home.run(["send", "--dealership", TestHome.dealership], input: later)
        #expect(refused.status == 65, "more than 90 days ahead")
        let soon = ISO8601DateFormatter().string(from: Date().addingTimeInterval(3600))
        let waiting = SampleMessage("soon@example.com").with("notBefore", soon)
        let id = try #require(try home.send(waiting)["id"].string)
        for (act, state) in [
            ("hold", "held"), ("release", "queued"), ("cancel", "cancelled"), ("retry", "queued"),
        ] {
            let result = try home.run(["outbox", act, id, "--json"])
            #expect(result.status == 0, "\(act): \(result.error)")
            #expect(try result.document()["state"].string == state)
        }
        let again = try home.run(["outbox", "release", id])
        #expect(again.status == 65 && again.error.contains("is queued"))
        let none = try home.run(["outbox", "hold", "msg_" + String(repeating: "0", count: 32)])
        #expect(none.status == 66)
        let filtered = try home.run(["outbox", "cancel", "--state", "queued"])
        #expect(filtered.status == 0, "one match needs no --yes: \(filtered.error)")
        #expect(try home.message(id)["state"].string == "cancelled")
        #expect(try gateway.stop() == 0)
    }

    @Test func actsOverHTTP() throws {
        let soon = ISO8601DateFormatter().string(from: Date().addingTimeInterval(3600))
        let waiting = SampleMessage("soon@example.com").with("notBefore", soon)
        let id = try #require(try home.send(waiting)["id"].string)
        func post(_ act: String, _ body: String = "", key: String) throws -> (status: Int, state: String?) {
            let answer = try gateway.client.send(
                "POST", "/v1/messages/\(id)/\(act)", [("Authorization", "Bearer \(key)")],
                body: Array(body.utf8))
            return (answer.status, try JSONDocument(Array(answer.text.utf8))["state"].string)
        }
        #expect(try post("cancel", key: key) == (200, "cancelled"))
        #expect(try post("cancel", key: key).status == 409)
        #expect(try post("retry", key: key) == (200, "queued"))
        #expect(try post("resolve", #"{"outcome":"accepted"}"#, key: key).status == 409)
        #expect(try post("resolve", #"{"outcome":"perhaps"}"#, key: key).status == 422)
        #expect(try post("resolve", "{", key: key).status == 400)
        try home.putDealership("another")
        let foreign = try home.key("send,read", dealership: "another")
        #expect(try post("cancel", key: foreign).status == 404)
        #expect(try post("cancel", key: home.key("read")).status == 403)
        #expect(try home.message(id)["state"].string == "queued")
        #expect(try gateway.stop() == 0)
    }

    @Test func aRepeatedKeyGetsTheFirstAnswer() throws {
        func post(_ message: [UInt8], _ name: String) throws -> HTTPAnswer {
            try gateway.client.send(
                "POST", "/v1/messages",
                [
                    ("Authorization", "Bearer \(key)"), ("Content-Type", "application/json"),
                    ("Idempotency-Key", name),
                ], body: message)
        }
        let message = SampleMessage("once@example.com").bytes
        let first = try post(message, "\"k-1\"")
        let id = try #require(try JSONDocument(Array(first.text.utf8))["id"].string)
        _ = try gateway.settled(id, key: key)
        let again = try post(message, "k-1")
        #expect(first.status == 202 && again.status == 202 && again.text == first.text)
        #expect(first["Idempotency-Replayed"] == nil && again["Idempotency-Replayed"] == "true")
        #expect(again["Location"] == "/v1/messages/\(id)")
        #expect(try post(SampleMessage("other@example.com").bytes, "k-1").status == 422)
        // The same key in a line of `send` is the same key.
        let line = SampleMessage("once@example.com").with("key", "k-1")
        #expect(try home.send(line)["id"].string == id)
        #expect(try home.messages().count == 1)
        #expect(try gateway.stop() == 0)
    }

    @Test func aSecondGatewayAndADrainAreRefused() throws {
        for words in [["deliver", "--drain"], ["serve"]] {
            let result = try home.run(words)
            #expect(result.status == 75, "\(words): \(result.error)")
            #expect(result.text.isEmpty && result.error.contains("another relais process"))
        }
        #expect(try gateway.stop() == 0)
    }

    @Test func theSocketIsForItsOwnerAlone() throws {
        let socket = home.path + "/data/relais.sqlite.sock"
        let attributes = try FileManager.default.attributesOfItem(atPath: socket)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try gateway.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: socket))
    }

    @Test func aSocketLeftByACrashIsInNobodysWay() throws {
        try gateway.kill()
        #expect(try home.run(["outbox", "list"]).status == 0)
        #expect(try home.send(SampleMessage("after@example.com").bytes)["state"].string == "queued")
        let next = try home.serve()
        #expect(try home.send(SampleMessage("again@example.com").bytes)["id"].string != nil)
        #expect(try next.stop() == 0)
    }

    @Test func anActByFilterReachesEveryMessage() throws {
        let soon = ISO8601DateFormatter().string(from: Date().addingTimeInterval(3600))
        let lines = (0..<250).map { SampleMessage("p\($0)@example.com").with("notBefore", soon) }
        _ = try home.succeed(
            ["send", "-", "--dealership", TestHome.dealership], input: Array(lines.joined(separator: [0x0A])))
        let held = try home.run(["outbox", "hold", "--dealership", TestHome.dealership, "--yes"])
        #expect(held.status == 0 && held.lines.count == 250)
        let nothing = try home.run(["outbox", "hold", "--dealership", TestHome.dealership, "--yes"])
        #expect(nothing.status == 0 && nothing.error.contains("nothing matches"))
        #expect(try gateway.stop() == 0)
    }

    @Test func anObjectionMustBeToSomethingThatIsSent() throws {
        for scope in ["everything", "ALL", "offres"] {
            let result = try home.run(
                ["consent", "record", "--event", "objected", "--scope", scope] + person("x@example.com"))
            #expect(result.status == 64, "\(scope)")
            #expect(result.error.contains("must be marketing, channel, all"))
        }
        #expect(try home.ledgerCount() == 0)
        #expect(try gateway.stop() == 0)
    }

    @Test func aPersonIsNamedByCustomerNumberAndByEntry() throws {
        try home.succeed(
            [
                "consent", "record", "--event", "objected", "--scope", "all", "--method", "phone",
                "--customer", "K-7",
            ]
                + ["--dealership", TestHome.dealership])
        let blocked = try gateway.accept(SampleMessage("k7@example.com", customer: "K-7"), key: key)
        let entry = try #require(blocked["reason"]["entry"].string)
        let shown = try home.succeed(
            ["consent", "show", "--entry", entry, "--dealership", TestHome.dealership, "--json"])
        #expect(try shown.document()["entries"].elements.count == 1)
        #expect(try gateway.stop() == 0)
    }

    @Test func whatWouldCountForNothingIsRefused() throws {
        let customer = ["--dealership", TestHome.dealership, "--customer", "K-1"]
        for words in [
            ["--event", "objected", "--scope", "channel"] + customer,
            ["--event", "given", "--scope", "newsletter", "--channel", "email", "--method", "page"]
                + customer,
            ["--event", "objected", "--scope", "channel", "--channel", "sms"] + person("x@example.com"),
        ] {
            let result = try home.run(["consent", "record"] + words)
            #expect(result.status == 64, "\(words): \(result.error)")
        }
        #expect(try home.ledgerCount() == 0)
        // Whoever lifts one block hears of another that stands.
        for scope in ["all", "marketing"] {
            try home.succeed(
                ["consent", "record", "--event", "objected", "--scope", scope] + person("x@example.com"))
        }
        let lifted = try home.run(
            ["consent", "record", "--event", "lifted", "--scope", "marketing", "--method", "phone"]
                + person("x@example.com"))
        #expect(
            lifted.status == 0 && lifted.error.contains("still stands")
                && lifted.error.contains("objected all"))
        #expect(try gateway.stop() == 0)
    }
}
