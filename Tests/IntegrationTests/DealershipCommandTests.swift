// Dealerships as an operator has them, beside a running gateway: listed, shown, held, released, exported, removed; and what they sent in
// numbers.

import Foundation
import Support
import Testing

@Suite struct DealershipCommandTests {
    private func expectSent(_ id: String, _ home: TestHome) throws {
        let isSent = try Patience.wait(atMostSeconds: 60) {
            try home.message(id)["state"].string == "sent" ? true : nil
        }
        #expect(isSent == true)
    }

    @Test func aHoldStopsOneDealershipBesideTheGateway() throws {
        let home = try TestHome()
        try home.putDealership("garage-sud")
        let (nord, sud) = (try home.key(), try home.key(dealership: "garage-sud"))
        let gateway = try home.serve()
        let held = try home.succeed(["dealership", "hold", "garage-nord"])
        #expect(held.lines == ["garage-nord  held, 0 messages"])
        let line = try gateway.waitForLog("dealership-held")
        #expect(line.contains("actor=operator:") && line.contains("subject=garage-nord"))
        let waiting = try gateway.accept(SampleMessage("x@example.com"), key: nord)
        #expect(waiting["state"].string == "held" && waiting["reason"]["code"].string == "dealership-held")
        let other = try #require(try gateway.accept(SampleMessage("y@example.com"), key: sud)["id"].string)
        try expectSent(other, home)
        let list = try home.succeed(["dealership", "list"]).lines
        #expect(list[0].hasPrefix("garage-nord  held since 20") && list[1].hasPrefix("garage-sud  active  "))
        let check = try home.run(["check"])
        #expect(check.text.contains("dealership garage-nord: is held since "))
        let id = try #require(waiting["id"].string)
        #expect(try home.run(["outbox", "release", id]).error.contains("dealership release garage-nord"))
        let released = try home.succeed(["dealership", "release", "garage-nord", "--json"]).document()
        #expect(released["messages"].integer == 1 && released["held"].bool == false)
        try expectSent(id, home)
    }

    @Test func theRecordIsShownAsItWasPutAndEnds() throws {
        let home = try TestHome()
        let file = try Data(
            contentsOf: URL(fileURLWithPath: Relais.repository + "/Outbox/examples/dealership.json"))
        let put = try JSONSerialization.jsonObject(with: file) as? NSDictionary
        for words in [["show", "garage-nord"], ["show", "garage-nord", "--json"]] {
            let shown = try home.succeed(["dealership"] + words).output
            #expect(try JSONSerialization.jsonObject(with: Data(shown)) as? NSDictionary == put)
        }
        let key = try home.key()
        _ = try home.send(SampleMessage("x@example.com").bytes)
        let refused = try home.run(["dealership", "remove", "garage-nord"])
        #expect(refused.status == 65 && refused.error.contains("1 queued"))
        try home.succeed(["outbox", "cancel", "--state", "queued"])
        let removed = try home.succeed(["dealership", "remove", "garage-nord"])
        #expect(removed.error.contains("dealership-removed actor=operator:"))
        #expect(try home.run(["dealership", "show", "garage-nord"]).status == 66)
        #expect(try home.succeed(["dealership", "list"]).lines == ["garage-nord  absent"])
        #expect(try home.succeed(["key", "list"]).text.contains("REVOKED"))
        #expect(!key.isEmpty)
        #expect(try home.run(["dealership", "remove", "garage-nord"]).status == 66)
    }

    @Test func theExportHasEverythingOfOneDealershipAndNothingOfAnother() throws {
        let home = try TestHome()
        try home.putDealership("garage-sud")
        let person = ["--dealership", "garage-nord", "--email", "zoe@example.com"]
        _ = try home.send(SampleMessage("zoe@example.com").bytes)
        try home.succeed(
            ["consent", "record"] + person + [
                "--event", "objected", "--scope", "intervention", "--method", "phone", "--evidence",
                "called at noon",
            ])
        _ = try home.send(SampleMessage("zoe@example.com").bytes)
        try home.succeed(
            ["request", "open"] + person + ["--kind", "access", "--received-by", "letter"])
        _ = try home.succeed(
            ["send", "--dealership", "garage-sud"], input: SampleMessage("paul@example.com").bytes)
        let export = try home.succeed(["dealership", "export", "garage-nord"])
        let lines = try export.lines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let names = lines.compactMap { $0.keys.first }
        #expect(
            names == [
                "dealership", "ledger", "evidence", "message", "message", "request", "event", "event",
                "event",
            ])
        #expect(!export.text.contains("zoe@") && !export.text.contains("paul@"))
        let ledger = try home.succeed(["consent", "export", "--dealership", "garage-nord"]).lines
        #expect(export.lines.contains("{\"ledger\":\(ledger[0])}"))
        // What it leaves out of the other one is all that there is of it.
        let other = try home.succeed(["dealership", "export", "garage-sud"]).lines
        #expect(other.count == 2 && other[1].hasPrefix("{\"message\":"))
        #expect(!other[1].contains("garage-nord"))
    }

    @Test func theNumbersHaveNobodyInThem() throws {
        let home = try TestHome()
        try home.putDealership("garage-sud")
        for email in ["a@example.com", "b@example.com"] { _ = try home.send(SampleMessage(email).bytes) }
        try home.succeed([
            "consent", "record", "--dealership", "garage-nord", "--email", "a@example.com", "--event",
            "objected", "--scope", "all",
        ])
        _ = try home.send(SampleMessage("a@example.com").bytes)
        let lines = try home.succeed(["outbox", "stats"]).lines
        #expect(lines.count == 2)
        #expect(lines[0].hasSuffix("  garage-nord  intervention  blocked  1"))
        #expect(lines[1].hasSuffix("  garage-nord  intervention  queued  2"))
        let first = try #require(try home.succeed(["outbox", "stats", "--json"]).documents().first)
        #expect(first["count"].integer == 1 && first["day"].string?.count == 10)
        #expect(try home.succeed(["outbox", "stats", "--dealership", "garage-sud"]).text.isEmpty)
        #expect(try home.succeed(["outbox", "stats", "--since", "2100-01-01T00:00:00Z"]).text.isEmpty)
        #expect(try home.run(["outbox", "stats", "--dealership", "garage-est"]).status == 66)
    }
}
