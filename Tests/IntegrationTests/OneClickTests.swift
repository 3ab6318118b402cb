// One click by RFC 8058, on the links of mails that were really composed: looking changes nothing, whoever looks; a POST acts at
// once, in both encodings, without redirect or cookie; acting again writes nothing; and the next message is blocked by that entry.

import Foundation
import Support
import Testing

@Suite struct OneClickTests {
    /// Programs that fetch the links of a mail before, or instead of, a person.
    private static let scanners = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
        "Mozilla/5.0 (compatible; Barracuda Sentinel)", "BarracudaCentral/1.0", "Mimecast-URL-Protect",
        "Proofpoint URL Defense", "Microsoft Office Outlook", "SafeLinks/1.0", "GoogleImageProxy",
        "YahooMailProxy", "Symantec.cloud", "TrendMicro WRS", "Cisco IronPort", "FireEye ETP", "Sophos-UTM",
        "curl/7.88.1", "Wget/1.21", "python-requests/2.31", "Slackbot-LinkExpanding 1.0", "WhatsApp/2.23",
    ]

    @Test func twentyContactsUnsubscribeWithOneClickEach() throws {
        let home = try TestHome()
        let key = try home.key()
        let gateway = try home.serve()
        var links: [(email: String, path: String)] = []
        for number in 1...20 {
            let email = "contact\(number)@example.com"
            let id = try #require(try gateway.accept(SampleMessage(email), key: key)["id"].string)
            #expect(try gateway.settled(id, key: key)["state"].string == "sent")
            links.append((email, try Mail.unsubscribePath(home.content(id))))
        }
        #expect(Set(links.map(\.path)).count == 20)
        try look(at: links.map(\.path), gateway)
        #expect(try home.ledgerCount() == 0)
        for (index, link) in links.enumerated() {
            let answers = try (1...11).map { _ in try click(link.path, asMultipart: index % 2 == 1, gateway) }
            for answer in answers {
                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer["Location"] == nil && answer["Set-Cookie"] == nil)
                #expect(answer.comparable == answers[0].comparable)
            }
            #expect(try home.ledgerCount() == index + 1, "eleven clicks are one entry")
        }
        for link in links { try expectBlocked(link.email, gateway, home, key) }
        #expect(try gateway.stop() == 0)
        #expect(try home.ledgerCount() == 20)
    }

    private func look(at paths: [String], _ gateway: RelaisGateway) throws {
        for path in paths {
            for agent in Self.scanners {
                let page = try gateway.client.send("GET", path, [("User-Agent", agent), ("Accept", "*/*")])
                let head = try gateway.client.send("HEAD", path, [("User-Agent", agent)])
                #expect(page.status == 200 && head.status == 200)
                #expect(page["Set-Cookie"] == nil && head.body.isEmpty && !page.body.isEmpty)
            }
        }
    }

    private func click(_ path: String, asMultipart: Bool, _ gateway: RelaisGateway) throws -> HTTPAnswer {
        let boundary = "----relais-test"
        let multipart =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--\(boundary)--\r\n"
        return try gateway.client.send(
            "POST", path,
            [
                (
                    "Content-Type",
                    asMultipart
                        ? "multipart/form-data; boundary=\(boundary)" : "application/x-www-form-urlencoded"
                )
            ], body: Array((asMultipart ? multipart : "List-Unsubscribe=One-Click").utf8))
    }

    private func expectBlocked(_ email: String, _ gateway: RelaisGateway, _ home: TestHome, _ key: String)
        throws
    {
        let view = try gateway.accept(SampleMessage(email), key: key)
        let standing = try home.succeed([
            "consent", "show", "--dealership", TestHome.dealership, "--email", email, "--json",
        ]).document()
        let entries = standing["entries"].elements
        #expect(entries.count == 1)
        #expect(entries[0]["event"].string == "objected")
        #expect(entries[0]["scope"].string == "intervention")
        #expect(entries[0]["method"].string == "one-click")
        #expect(view["state"].string == "blocked")
        #expect(view["reason"]["code"].string == "objected")
        #expect(view["reason"]["entry"].string == entries[0]["id"].string)
        #expect(view["attempts"].elements.isEmpty)
    }

    @Test func aBlockCountsForTheCustomerNumberAndItsNextAddress() throws {
        let home = try TestHome()
        let key = try home.key()
        let gateway = try home.serve()
        let first = SampleMessage("old@example.com", customer: "K-1")
        let id = try #require(try gateway.accept(first, key: key)["id"].string)
        let answer = try click(Mail.unsubscribePath(home.content(id)), asMultipart: false, gateway)
        #expect(answer.status == 200)
        #expect(try home.ledgerCount() == 2, "under the address and under the customer number")
        let moved = try gateway.accept(SampleMessage("new@example.com", customer: "K-1"), key: key)
        #expect(moved["state"].string == "blocked")
        let stranger = try gateway.accept(SampleMessage("new@example.com"), key: key)
        #expect(stranger["state"].string == "queued")
    }

    @Test func aClickBetweenAcceptanceAndDeliveryStopsTheWaitingMessage() throws {
        let retry = #"retry: { email: { schedule: ["1s"], firstConnectRetry: "1s" } },"#
        let home = try TestHome(provider: TestHome.relay(RefusingPort.reserve()), settings: retry)
        let key = try home.key()
        var gateway = try home.serve()
        let id = try #require(try gateway.accept(SampleMessage("waiting@example.com"), key: key)["id"].string)
        try gateway.waitForLog("attempt-deferred")
        #expect(try click(Mail.unsubscribePath(home.content(id)), asMultipart: true, gateway).status == 200)
        #expect(try gateway.stop() == 0)
        let server = ScriptedSMTPServer()
        defer { server.stop() }
        try home.configure(provider: TestHome.relay(server.port), settings: retry)
        gateway = try home.serve()
        let view = try gateway.settled(id, key: key)
        #expect(view["state"].string == "blocked")
        #expect(view["reason"]["code"].string == "objected")
        #expect(view["reason"]["entry"].string != nil)
        #expect(view["attempts"].elements.count == 1, "the claim asked the gate before a second attempt")
        let other = try #require(
            try gateway.accept(SampleMessage("other@example.com"), key: key)["id"].string)
        #expect(try gateway.settled(other, key: key)["state"].string == "sent")
        #expect(server.commands.filter { $0.hasPrefix("RCPT") } == ["RCPT TO:<other@example.com>"])
    }

    @Test func withoutHTTPSOrASigningRelayTheLinkIsThereAndOneClickIsNotOffered() throws {
        for (provider, url, isOffered) in [
            (TestHome.relay(2525, "signs: true"), "https://relais.example", true),
            (TestHome.relay(2525), "https://relais.example", false),
            (TestHome.relay(2525, "signs: true"), "http://127.0.0.1:8025", false),
        ] {
            let home = try TestHome(provider: provider, publicURL: url)
            let id = try #require(try home.send(SampleMessage("link@example.com").bytes)["id"].string)
            let verdict = try PythonJudge.read([try home.content(id)])[0]
            #expect(verdict.fields["list-unsubscribe"]?.hasPrefix("<\(url)/u/") == true)
            #expect((verdict.fields["list-unsubscribe-post"] == "List-Unsubscribe=One-Click") == isOffered)
        }
    }
}
