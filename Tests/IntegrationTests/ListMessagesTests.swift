// What a service sees before and after: the list of its messages page by page, a preview that leaves nothing behind, the templates it may use.

import Foundation
import Support
import Testing

@Suite struct ListMessagesTests {
    private let home: TestHome
    private let key: String
    private let gateway: RelaisGateway

    init() throws {
        home = try TestHome()
        key = try home.key()
        try home.putDealership("garage-sud")
        gateway = try home.serve()
    }

    private func get(_ path: String, key: String? = nil) throws -> HTTPAnswer {
        try gateway.client.send("GET", path, [("Authorization", "Bearer \(key ?? self.key)")])
    }

    private func page(_ query: String) throws -> (ids: [String], next: String?) {
        let answer = try get("/v1/messages?" + query)
        #expect(answer.status == 200, "\(answer.text)")
        let document = try JSONDocument(answer.body)
        return (document["messages"].elements.compactMap { $0["id"].string }, document["next"].string)
    }

    private func accept(_ address: String, reference: String? = nil) throws -> String {
        var message = SampleMessage(address)
        if let reference { message.reference = reference }
        return try #require(try gateway.accept(message, key: key)["id"].string)
    }

    @Test func pagesShowEveryMessageOnceNewestFirst() throws {
        let ids = try (1...5).map { try accept("page\($0)@example.com") }
        let first = try page("limit=2")
        #expect(first.ids == [ids[4], ids[3]])
        // A newer message shifts nothing.
        _ = try accept("later@example.com")
        let second = try page("limit=2&cursor=\(try #require(first.next))")
        #expect(second.ids == [ids[2], ids[1]])
        let third = try page("limit=2&cursor=\(try #require(second.next))")
        #expect(third.ids == [ids[0]] && third.next == nil)
    }

    @Test func filtersSelectAndMistakesAreSaid() throws {
        let wanted = try accept("one@example.com", reference: "WO 1/é")
        _ = try accept("two@example.com", reference: "WO-2")
        #expect(try page("reference=WO%201%2F%C3%A9").ids == [wanted])
        #expect(try page("reference=WO+1/%c3%a9&channel=email").ids == [wanted])
        #expect(try page("channel=sms").ids.isEmpty)
        #expect(try page("since=2000-01-01T00:00:00Z").ids.count == 2)
        for query in [
            "state=none", "limit=0", "limit=1001", "limit=x", "cursor=", "cursor=AQ", "since=today",
            "contact=ct_1",
            "reference=", "state=sent&state=sent", "stat=sent", "reference=%", "reference=%+1",
            "reference=%ff",
        ] {
            #expect(try get("/v1/messages?" + query).status == 422, "\(query)")
        }
    }

    @Test func anotherDealershipsMessagesAreNotThere() throws {
        let id = try accept("mine@example.com")
        _ = try accept("newer@example.com")
        let cursor = try #require(try page("limit=1").next)
        let stranger = try home.key(dealership: "garage-sud")
        for query in ["", "?cursor=\(cursor)"] {
            let answer = try get("/v1/messages" + query, key: stranger)
            #expect(answer.text == #"{"messages":[],"next":null}"# + "\n")
        }
        #expect(try page("cursor=\(cursor)").ids == [id])
    }

    @Test func aPreviewShowsWhatWouldBeSentAndLeavesNothing() throws {
        let message = SampleMessage("preview@example.com")
        let answer = try gateway.client.send(
            "POST", "/v1/messages/preview",
            [("Authorization", "Bearer \(key)"), ("Content-Type", "application/json")], body: message.bytes)
        #expect(answer.status == 200)
        let preview = try JSONDocument(answer.body)
        #expect(preview["verdict"]["verdict"].string == "allowed")
        let text = try #require(preview["email"]["text"].string)
        #expect(try home.messages().isEmpty && home.ledgerCount() == 0)
        // Its links lead nowhere: a preview's reader is not the customer.
        let link = try #require(text.firstMatch(of: #/https://relais\.example(/u/[A-Za-z0-9_-]+)/#)?.1)
        let clicked = try gateway.client.send(
            "POST", String(link), [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array("List-Unsubscribe=One-Click".utf8))
        #expect(clicked.status == 404)
        #expect(try home.ledgerCount() == 0)
        // The same text is sent, but for the links.
        let id = try #require(try gateway.accept(message, key: key)["id"].string)
        let sent = try #require(try PythonJudge.read([home.content(id)]).first).text
        let token = #/[A-Za-z0-9_-]{60,}/#
        #expect(sent.replacing(token, with: "").trimmedLines == text.replacing(token, with: "").trimmedLines)
    }

    @Test func aPreviewOfABlockedMessageSaysWhichEntryBlocks() throws {
        let id = try #require(try home.send(SampleMessage("gone@example.com").bytes)["id"].string)
        let path = try Mail.unsubscribePath(home.content(id))
        _ = try gateway.client.send(
            "POST", path, [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array("List-Unsubscribe=One-Click".utf8))
        let answer = try gateway.client.send(
            "POST", "/v1/messages/preview",
            [("Authorization", "Bearer \(key)"), ("Content-Type", "application/json")],
            body: SampleMessage("gone@example.com").bytes)
        let verdict = try JSONDocument(answer.body)["verdict"]
        #expect(verdict["verdict"].string == "objected")
        #expect(verdict["entry"].string?.hasPrefix("led_") == true)
    }

    @Test func theTemplatesSayWhatTheyNeed() throws {
        let list = try JSONDocument(get("/v1/templates").body)
        #expect(list["templates"].elements.compactMap { $0["name"].string }.contains("intervention-ready"))
        let kind = try JSONDocument(get("/v1/templates/intervention-ready").body)
        let intervention = kind["variables"]["properties"]["intervention"]
        #expect(intervention["required"].elements.compactMap(\.string) == ["reference"])
        #expect(try get("/v1/templates/none").status == 404)
        // What is said to be needed is: without it the message is refused, at that place.
        var message = SampleMessage("needs@example.com")
        message.reference = nil
        let refused = try gateway.client.post(message: message.bytes, key: key)
        #expect(refused.status == 422 && refused.text.contains("/intervention/reference"))
    }
}

extension String {
    fileprivate var trimmedLines: [Substring] {
        split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
    }
}
