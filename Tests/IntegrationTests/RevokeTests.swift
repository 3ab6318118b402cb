// Taking pages back, as an operator and as a dealership's software do it: what was sent stays sent, the way out stays, and a message that is
// sent again has a page of its own.

import Foundation
import Support
import Testing

@Suite("outbox revoke") struct RevokeTests {
    private let home: TestHome

    init() throws { home = try TestHome() }

    private func page(of id: String) throws -> String { try Mail.pagePath(home.content(id)) }

    @Test func byTheAPI() throws {
        try home.putDealership("garage-sud")
        let key = try home.key()
        let readKey = try home.key("read")
        let stranger = try home.key(dealership: "garage-sud")
        let gateway = try home.serve()
        let id = try #require(try gateway.accept(SampleMessage("b@example.com"), key: key)["id"].string)
        _ = try gateway.settled(id, key: key)
        let path = try page(of: id)
        #expect(try gateway.client.send("GET", path).status == 200)
        func revoke(_ key: String, _ id: String, body: String? = nil) throws -> HTTPAnswer {
            try gateway.client.send(
                "POST", "/v1/messages/\(id)/revoke", [("Authorization", "Bearer \(key)")],
                body: Array((body ?? "").utf8))
        }
        #expect(try revoke(readKey, id).status == 403)
        let missing = try revoke(key, "msg_01930000000070008000000000000000")
        #expect(missing.status == 404)
        #expect(try revoke(stranger, id).comparable == missing.comparable)
        #expect(try revoke(key, id, body: #"{"reason":"x"}"#).status == 422)
        #expect(try gateway.client.send("GET", path).status == 200, "nothing of that ended it")
        let first = try revoke(key, id)
        #expect(first.status == 200)
        let view = try first.json()
        #expect(view["state"].string == "sent" && view["revokedAt"].string != nil)
        #expect(try revoke(key, id, body: "{}").comparable == first.comparable)
        let gone = try gateway.client.send("GET", path)
        #expect(gone.status == 410)
        // The way out stays, on that page and in the mail.
        let action = try #require(gone.text.firstMatch(of: /action="\.\.(\/u\/[^"]*)"/)).output.1
        #expect(try gateway.client.send("GET", String(action)).status == 200)
        #expect(try gateway.client.send("GET", Mail.unsubscribePath(home.content(id))).status == 200)
        // A message that is sent again is another one.
        let again = try home.succeed(["outbox", "resend", id, "--json"]).document()
        #expect(again["revokedAt"].isNull)
        #expect(
            try gateway.client.send("GET", page(of: try #require(again["id"].string))).status == 200)
        #expect(try gateway.stop() == 0)
    }

    @Test func byAnOperator() throws {
        let ids = try (0..<3).map { number in
            try #require(
                try home.send(SampleMessage("c\(number)@example.com").bytes)["id"].string)
        }
        let byFilter = ["outbox", "revoke", "--reference", "WO-1"]
        #expect(try home.run(byFilter).status == 64)
        #expect(try home.message(ids[0])["revokedAt"].isNull)
        let one = try home.succeed(["outbox", "revoke", ids[0], "--json"]).document()
        #expect(one["state"].string == "queued" && one["revokedAt"].string != nil)
        #expect(try home.succeed(["outbox", "show", ids[0]]).text.contains("  page        revoked 20"))
        // Beside a running gateway as without one.
        let gateway = try home.serve()
        let paths = try ids.map(page)
        #expect(try paths.map { try gateway.client.send("GET", $0).status } == [410, 200, 200])
        #expect(try home.succeed(byFilter + ["--yes", "--json"]).lines.count == 3)
        #expect(try paths.map { try gateway.client.send("GET", $0).status } == [410, 410, 410])
        #expect(try home.message(ids[0])["revokedAt"].string == one["revokedAt"].string)
        #expect(
            try home.run(["outbox", "revoke", "msg_01930000000070008000000000000000"]).status == 66)
        #expect(try gateway.stop() == 0)
    }
}
