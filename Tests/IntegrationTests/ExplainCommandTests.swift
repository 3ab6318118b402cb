// Why a message was sent or not, asked over the API and of the store alone; and the feed that tells a dealership whom to call.

import Foundation
import Support
import Testing

@Suite struct ExplainCommandTests {
    private func explain(_ home: TestHome, _ id: String) throws -> JSONDocument {
        try home.succeed(["outbox", "explain", id, "--json"]).document()
    }

    @Test func theSameOverTheAPIAndOffline() throws {
        let home = try TestHome()
        let key = try home.key()
        let entry = try #require(
            try home.succeed([
                "consent", "record", "--json", "--dealership", TestHome.dealership, "--email",
                "no@example.com",
                "--event", "objected", "--scope", "all", "--method", "phone",
            ]).document()["id"].string)
        let gateway = try home.serve()
        let blocked = try #require(try gateway.accept(SampleMessage("no@example.com"), key: key)["id"].string)
        let sent = try #require(try gateway.accept(SampleMessage("yes@example.com"), key: key)["id"].string)
        #expect(try gateway.settled(sent, key: key)["state"].string == "sent")
        let answer = try gateway.client.send(
            "GET", "/v1/messages/\(blocked)/explain", [("Authorization", "Bearer \(key)")])
        #expect(answer.status == 200)
        try home.putDealership("garage-sud")
        for (bearer, status) in [
            (try home.key("read", dealership: "garage-sud"), 404), (try home.key("send"), 403),
        ] {
            let foreign = try gateway.client.send(
                "GET", "/v1/messages/\(blocked)/explain", [("Authorization", "Bearer \(bearer)")])
            #expect(foreign.status == status)
        }
        #expect(try gateway.stop() == 0)
        // The person comes back: what was decided then was decided then.
        try home.succeed([
            "consent", "record", "--dealership", TestHome.dealership, "--email", "no@example.com", "--event",
            "lifted", "--scope", "all", "--method", "paper",
        ])
        let why = try explain(home, blocked)
        #expect(try why["because"].string == answer.json()["because"].string)
        #expect(why["decidedBy"].string == "gate" && why["because"].string?.contains("objected all") == true)
        let gate = why["gate"]
        #expect(gate["verdict"].string == "objected" && gate["entry"].string == entry)
        #expect(gate["class"].string == "essential" && gate["seq"].integer == 1)
        #expect(gate["entries"].elements.map { $0["id"].string } == [entry])
        #expect(gate["again"]["isSame"].bool == true)
        #expect(why["templateDigest"].string?.hasPrefix("sha256:") == true)
        let yes = try explain(home, sent)
        #expect(yes["gate"]["verdict"].string == "allowed" && yes["gate"]["again"]["isSame"].bool == true)
        #expect(yes["providers"].elements.map { $0.string } == ["main"])
        let text = try home.succeed(["outbox", "explain", blocked]).text
        #expect(text.contains("the same") && text.contains("DECIDED") && !text.contains("example.com"))
        #expect(try home.run(["outbox", "explain", "\(blocked.dropLast())x"]).status == 64)
    }

    @Test func theFeedTellsWhomToCall() throws {
        let home = try TestHome()
        let key = try home.key()
        try home.succeed([
            "consent", "record", "--dealership", TestHome.dealership, "--email", "no@example.com", "--event",
            "objected", "--scope", "all",
        ])
        let gateway = try home.serve()
        func feed(_ query: String = "", key other: String? = nil) throws -> HTTPAnswer {
            try gateway.client.send(
                "GET", "/v1/events\(query)", [("Authorization", "Bearer \(other ?? key)")])
        }
        let empty = try feed().json()
        #expect(empty["events"].elements.isEmpty)
        let start = try #require(empty["next"].string)
        let ids = try (0..<3).map { _ in
            try #require(try gateway.accept(SampleMessage("no@example.com"), key: key)["id"].string)
        }
        var (next, seen) = (start, [String?]())
        for _ in 0..<3 {
            let page = try feed("?cursor=\(next)&type=contact.unreachable&limit=2").json()
            seen += page["events"].elements.map { $0["message"].string }
            for event in page["events"].elements {
                #expect(event["type"].string == "contact.unreachable")
                #expect(event["id"].string?.hasPrefix("evt_") == true && event["at"].string != nil)
                #expect(event["contact"].string?.hasPrefix("ct_") == true)
            }
            next = try #require(page["next"].string)
        }
        #expect(seen == ids)
        for query in [
            "?cursor=x", "?limit=0", "?limit=1001", "?limit=a", "?colour=1", "?type=message.snt",
            "?limit=1&limit=2", "?limit",
        ] {
            #expect(try feed(query).status == 422, "\(query)")
        }
        try home.putDealership("garage-sud")
        #expect(try feed(key: home.key("read", dealership: "garage-sud")).json()["events"].elements.isEmpty)
        #expect(try feed(key: home.key("send")).status == 403)
        #expect(try gateway.stop() == 0)
    }
}
