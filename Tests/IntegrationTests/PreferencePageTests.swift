// The page behind the link and its form: what each scope that it offers stops, and what it leaves. The form is read from the page
// itself, as a browser would.

import Foundation
import Support
import Testing

@Suite struct PreferencePageTests {
    private static let kinds = [
        "quote-approval": "quote", "spring-news": "newsletter", "safety-recall": "recall",
    ]

    /// A gateway with kinds of the classes essential, marketing and safety; the contact's consent to the newsletter is recorded.
    private struct Setting {
        let home: TestHome
        let share: TestShare
        let key: String
        let gateway: RelaisGateway

        init(consenting emails: [String]) throws {
            // The relay is down, so that what is accepted stays queued.
            home = try TestHome(provider: TestHome.relay(RefusingPort.reserve(), "signs: true"))
            share = try TestShare(kinds: kinds)
            for email in emails {
                try home.succeed(
                    [
                        "consent", "record", "--dealership", TestHome.dealership, "--email", email, "--event",
                        "given",
                        "--scope", "newsletter", "--channel", "email", "--method", "paper",
                    ] + home.notice())
            }
            key = try home.key()
            gateway = try home.serve(environment: share.environment)
        }

        func state(_ template: String, _ email: String) throws -> String? {
            var message = SampleMessage(email)
            message.template = template
            return try gateway.accept(message, key: key)["state"].string
        }

        func link(_ template: String, _ email: String) throws -> String {
            var message = SampleMessage(email)
            message.template = template
            let id = try #require(try gateway.accept(message, key: key)["id"].string)
            return try Mail.unsubscribePath(home.content(id))
        }
    }

    /// The form of a page: where it posts, and the values of its radio buttons.
    private func form(_ page: HTTPAnswer) throws -> (action: String, scopes: [String], checked: [String]) {
        let html = page.text
        let action = try #require(html.firstMatch(of: #/<form method="post" action="([^"]*)">/#)).output.1
        let buttons = html.matches(of: #/<input type="radio" name="scope" value="([^"]*)"[^>]*?( checked)?>/#)
        return (
            String(action), buttons.map { String($0.output.1) },
            buttons.filter { $0.output.2 != nil }.map { String($0.output.1) }
        )
    }

    @Test func eachScopeOfTheFormStopsWhatItSays() throws {
        // What a contact still gets after choosing each scope: intervention, quote, newsletter, recall.
        let table: [(scope: String, left: [String?])] = [
            ("intervention", ["blocked", "queued", "queued", "queued"]),
            ("marketing", ["queued", "queued", "blocked", "queued"]),
            ("channel", ["blocked", "blocked", "blocked", "queued"]),
            ("not-me", ["blocked", "blocked", "blocked", "blocked"]),
        ]
        let setting = try Setting(consenting: table.map { "\($0.scope)@example.com" })
        for (scope, left) in table {
            let email = "\(scope)@example.com"
            let path = try setting.link("intervention-ready", email)
            let form = try form(setting.gateway.client.send("GET", path))
            #expect("/u/" + form.action == path, "relative to the page itself")
            #expect(form.scopes == table.map(\.scope))
            #expect(form.checked == ["intervention"])
            let answer = try setting.gateway.client.send(
                "POST", "/u/" + form.action, [("Content-Type", "application/x-www-form-urlencoded")],
                body: Array("scope=\(scope)".utf8))
            #expect(answer.status == 200)
            #expect(answer["Location"] == nil && answer["Set-Cookie"] == nil)
            let receipt = try #require(answer.text.firstMatch(of: #/<dd class="reference">([^<]*)</#)).output
                .1
            let entries = try setting.home.succeed([
                "consent", "show", "--dealership", TestHome.dealership, "--email", email, "--json",
            ]).document()["blocks"].elements
            #expect(entries.map { $0["id"].string } == [String(receipt)])
            #expect(entries[0]["method"].string == "page")
            #expect(entries[0]["channel"].string == (["channel", "not-me"].contains(scope) ? "email" : nil))
            let kinds = ["intervention-ready", "quote-approval", "spring-news", "safety-recall"]
            #expect(try kinds.map { try setting.state($0, email) } == left, "\(scope)")
        }
    }

    @Test func aMarketingMessagesClickStopsAllMarketing() throws {
        let setting = try Setting(consenting: ["fan@example.com"])
        let path = try setting.link("spring-news", "fan@example.com")
        #expect(try form(setting.gateway.client.send("GET", path)).checked == ["marketing"])
        let answer = try setting.gateway.client.send(
            "POST", path, [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array("List-Unsubscribe=One-Click".utf8))
        #expect(answer.status == 200)
        #expect(try setting.state("spring-news", "fan@example.com") == "blocked")
        #expect(try setting.state("intervention-ready", "fan@example.com") == "queued")
    }

    @Test func marketingNeedsConsentAndSaysSo() throws {
        let setting = try Setting(consenting: [])
        var message = SampleMessage("nobody@example.com")
        message.template = "spring-news"
        let view = try setting.gateway.accept(message, key: setting.key)
        #expect(view["state"].string == "blocked")
        #expect(view["reason"]["code"].string == "no-consent")
        #expect(view["reason"]["entry"].isNull)
    }

    @Test func aSafetyMessagesPageOffersMarketingAloneAndNoOneClick() throws {
        let setting = try Setting(consenting: [])
        var message = SampleMessage("driver@example.com")
        message.template = "safety-recall"
        let id = try #require(try setting.gateway.accept(message, key: setting.key)["id"].string)
        let content = try setting.home.content(id)
        #expect(!String(decoding: content, as: UTF8.self).contains("List-Unsubscribe-Post"))
        let path = try Mail.unsubscribePath(content)
        #expect(try form(setting.gateway.client.send("GET", path)).scopes == ["marketing", "not-me"])
        let refused = try setting.gateway.client.send(
            "POST", path, [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array("scope=channel".utf8))
        #expect(refused.status == 422)
        #expect(try setting.home.ledgerCount() == 0)
    }

    @Test func thePageSpeaksTheContactsLanguage() throws {
        let setting = try Setting(consenting: [])
        for (locale, language) in [("fr-LU", "fr"), ("de-DE", "de"), ("en-GB", "en"), ("pt-PT", "fr")] {
            var message = SampleMessage("\(language)\(locale)@example.com")
            message.locale = locale
            let id = try #require(try setting.gateway.accept(message, key: setting.key)["id"].string)
            let page = try setting.gateway.client.send("GET", Mail.unsubscribePath(setting.home.content(id)))
            #expect(page.text.contains(#"<html lang="\#(language)">"#), "\(locale)")
        }
    }

    @Test(arguments: [
        "", "List-Unsubscribe=Other", "list-unsubscribe=one-click", "scope=all", "scope=newsletter", "scope=",
        "scope=marketing&scope=channel", "undo=1", "%",
        "List-Unsubscribe=One-Click&List-Unsubscribe=One-Click",
    ])
    func aBodyThatSaysNothingOfferedChangesNothing(body: String) throws {
        let home = try TestHome()
        let key = try home.key()
        let gateway = try home.serve()
        let id = try #require(try gateway.accept(SampleMessage("form@example.com"), key: key)["id"].string)
        let path = try Mail.unsubscribePath(home.content(id))
        for type in [
            "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "",
        ] {
            let answer = try gateway.client.send(
                "POST", path, [("Content-Type", type)], body: Array(body.utf8))
            // A form that says nothing offered, or no form at all.
            let isForm = type == "application/x-www-form-urlencoded" && body != "%"
            #expect(answer.status == (isForm ? 422 : 400), "\(type)")
        }
        #expect(try home.ledgerCount() == 0)
    }
}
