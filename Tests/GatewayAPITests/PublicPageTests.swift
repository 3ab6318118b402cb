// The pages of a link in each language, as a reader has them: the contact's language, a label for every field, what a safety message
// says of itself, and who can correct "this is not me".

import Consent
import Domain
import OutboxStore
import Support
import Testing

struct PublicPageTests {
    private let gateway: PublicGateway

    init() throws {
        gateway = try PublicGateway()
    }

    /// Every page that a link leads to, by its name.
    private func pages(_ locale: String) throws -> [(name: String, page: HTTPAnswer)] {
        let email = "zoe@example.lu"
        let path = try gateway.unsubscribeLink("intervention-ready", email, locale: locale)
        let recall = try gateway.unsubscribeLink("safety-recall", email, locale: locale)
        let question = try gateway.link(
            "/c/", in: gateway.accept("confirm-subscription", email, locale: locale))
        gateway.fixture.clock.advance(by: .seconds(60))
        let stopped = try gateway.post(path, ["scope": "intervention"])
        return [
            ("unsubscribe", try gateway.get(path)), ("safety", try gateway.get(recall)),
            ("unsubscribed", stopped), ("unclear", try gateway.post(path, ["undo": "1"])),
            ("undone", try gateway.post(path, ["undo": try #require(stopped.hidden("undo"))])),
            ("confirm", try gateway.get(question)),
            ("confirmed", try gateway.post(question, ["confirm": "yes"])),
            ("misdirected", try gateway.post(path, ["scope": "not-me"])),
            ("expired", try gateway.get(question)),
        ]
    }

    @Test(arguments: ["fr-LU", "de-LU", "lb-LU", "nl-BE", "en-GB"])
    func eachIsWholeInTheContactsLanguage(locale: String) throws {
        let pages = try pages(locale)
        #expect(pages.last?.page.status == 410, "\"not me\" came after the mail")
        #expect(
            Set(pages.map { $0.page.text.firstMatch(of: /<h1>(.*)<\/h1>/)?.output.1 }).count == pages.count)
        for (name, page) in pages {
            #expect(page.language == String(locale.prefix(2)), "\(name)")
            #expect(page.text.contains("Garage du Nord") && !page.text.contains("{{"), "\(name)")
            #expect(page.text.contains(/<title>[^<]+ – Garage du Nord<\/title>/), "\(name)")
            #expect(!page.text.contains("zoe@example.lu") && !page.text.contains("scopes."), "\(name)")
            // Every field that is not hidden stands in its label, and no two forms in one another.
            let fields = page.text.matches(of: /<input type="radio"/).count
            #expect(
                page.text.matches(of: /<label><input type="radio"[^>]*> <span>[^<]+/).count == fields,
                "\(name)")
            #expect(page.text.matches(of: /<form/).count <= 1, "\(name)")
            let policy = page["Content-Security-Policy"] ?? ""
            #expect(policy.contains("form-action 'self'") && policy.contains("'sha256-"), "\(name)")
        }
    }

    @Test func aSafetyMessageSaysWhyItIsSent() throws {
        let path = try gateway.unsubscribeLink("safety-recall", locale: "en")
        let page = try gateway.get(path)
        #expect(page.text.contains("the safety of your vehicle") && page.choices == ["marketing", "not-me"])
        for scope in ["recall", "channel", "all"] {
            #expect(try gateway.post(path, ["scope": scope]).status == 422)
        }
        #expect(try gateway.post(path, ["scope": "marketing"]).status == 200)
        #expect(try gateway.accept("safety-recall", "zoe@example.lu").state == .queued)
        #expect(
            try gateway.get(gateway.unsubscribeLink(locale: "en")).text.contains("the safety of") == false)
    }

    @Test func notMeStopsEverythingAndOnlyTheDealershipEndsIt() throws {
        let path = try gateway.unsubscribeLink("safety-recall", customer: "K-1", phone: "+352621123456")
        let page = try gateway.post(path, ["scope": "not-me"])
        #expect(page.status == 200 && page.hidden("undo") == nil && page.action == nil)
        for part in ["Garage du Nord", "12, rue des Ateliers", #"<a href="tel:+35226000010">"#] {
            #expect(page.text.contains(part))
        }
        let entry = try #require(try gateway.entries().last)
        #expect(entry.event == .misdirected && entry.scope == .channel && entry.channel == .email)
        #expect(entry.method == .page && page.reference == entry.id.description)
        for template in ["intervention-ready", "safety-recall", "confirm-subscription"] {
            let message = try gateway.accept(template, "zoe@example.lu", customer: "K-1")
            #expect(message.state == .blocked && message.reasonCode == "misdirected")
        }
        #expect(try gateway.accept("intervention-ready", "new@example.lu", customer: "K-1").state == .queued)
        let count = try gateway.ledgerCount()
        #expect(try gateway.post(path, ["scope": "not-me"]).reference == entry.id.description)
        #expect(try gateway.ledgerCount() == count)
    }

    /// A program that reads mail may cut a link, or add a slash to it.
    @Test(arguments: ["/u/", "/u", "/c/", "/c/a/b", "/u/x/"])
    func aLinkThatWasCutIsAPageInTheReadersLanguage(path: String) throws {
        let page = try gateway.get(path, [("Accept-Language", "pt, nl-BE;q=0.8")])
        #expect(page.status == 404 && page.language == "nl")
        #expect(try page.comparable == gateway.get("/u/unknown", [("Accept-Language", "nl")]).comparable)
        #expect(try gateway.get("/users")["Content-Type"] == "application/problem+json")
    }

    @Test func lookingStopsNothing() throws {
        let path = try gateway.unsubscribeLink()
        for agent in Scanners.agents {
            for method in ["GET", "HEAD"] {
                for target in [path, path + "?scope=not-me", path + "?List-Unsubscribe=One-Click"] {
                    #expect(try gateway.client.send(method, target, [("User-Agent", agent)]).status == 200)
                }
            }
        }
        #expect(try gateway.ledgerCount() == 0)
    }

    /// After a restore, or when its record is damaged, a dealership's name is its id, and its links work.
    @Test func aRecordThatCannotBeReadDoesNotStandInTheWay() throws {
        let path = try gateway.unsubscribeLink()
        let question = try gateway.link("/c/", in: gateway.accept("confirm-subscription", "zoe@example.lu"))
        _ = try gateway.fixture.store.put(gateway.fixture.dealership, record: "{}")
        #expect(try gateway.get(path).text.contains("<strong>garage-nord</strong>"))
        #expect(try gateway.post(path, ["scope": "not-me"]).status == 200)
        // But nobody agrees to be written to by somebody who is not named.
        let count = try gateway.ledgerCount()
        #expect(try gateway.get(question).status == 503)
        #expect(try gateway.post(question, ["confirm": "yes"]).status == 503)
        #expect(try gateway.ledgerCount() == count)
    }
}
