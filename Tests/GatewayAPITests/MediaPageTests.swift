// The message as a page: whole, in the reader's language, without a script; nothing shown from anywhere but the dealership's media hosts; and
// however it ends, the way out stays.

import Domain
import Foundation
import JSON
import OutboxStore
import Support
import Testing

struct MediaPageTests {
    private let gateway: PublicGateway

    init() throws {
        gateway = try PublicGateway()
    }

    private static func example(_ name: String = "01-fr-video-and-quote") throws -> JSONValue {
        try JSONValue(parsing: RepositoryFolder.bytes(of: "Outbox/examples/messages/\(name).json"))
    }

    private func link(_ request: JSONValue? = nil) throws -> (message: MessageRecord, path: String) {
        let message = try gateway.accept(try request ?? Self.example())
        return (message, try gateway.link("/m/", in: message))
    }

    private func put(_ change: (JSONValue) -> JSONValue) throws {
        let record = try JSONValue(parsing: RepositoryFolder.bytes(of: "Outbox/examples/dealership.json"))
        _ = try gateway.fixture.store.put(gateway.fixture.dealership, record: change(record).text())
    }

    /// Where an element's attribute loads something from.
    private func loaded(_ page: HTTPAnswer) -> [String] {
        page.text.matches(of: /<(?:img|video)[^>]*>/).flatMap { element in
            element.output.matches(of: /(?:src|poster)="([^"]*)"/).map { String($0.output.1) }
        }
    }

    @Test func itShowsWhatTheMailSays() throws {
        let page = try gateway.get(try link().path)
        #expect(page.status == 200 && page.language == "fr")
        for part in [
            "<h1>Votre Škoda Octavia\u{a0}: images et devis</h1>", "Zoé Weber", "WO-2026-1182", "AB 1234",
            "Merci de votre confiance.", "Tour du véhicule", "0:48", "Disque avant gauche", "Montant",
            "Main-d’œuvre, 1 h 30", "574,75", "https://app.example.lu/q/3DYEgR3qSZNbp0v57S1H_w",
            "Luc Ferreira", "tel:+35226000021", "mailto:luc.ferreira@example.lu", "Garage du Nord S.à r.l.",
            "12, rue des Ateliers", "--brand: #c2410c;",
        ] { #expect(page.text.contains(part), "\(part)") }
        #expect(page.text.matches(of: /<video [^>]*controls playsinline preload="none" poster="/).count == 1)
        #expect(page.text.matches(of: #/<figure>\s*<a [^>]*><img /#).count == 4)
        #expect(
            loaded(page).count == 8 && loaded(page).allSatisfy { $0.hasPrefix("https://media.example.lu/") })
        #expect(!page.text.contains("<script") && !page.text.contains("{{"))
        #expect(!page.text.contains("zoe.weber@") && !page.text.contains("621123456"))
        let attachments = try gateway.get(try link(Self.example("03-en-quote-and-attachments")).path)
        #expect(attachments.text.contains(">Inspection report.pdf</a>") && attachments.language == "en")
        #expect(attachments.text.contains("Sofia Marques") && attachments.text.contains("-€68.70"))
    }

    @Test func everyAnswerIsProtected() throws {
        let (message, path) = try link()
        _ = try gateway.fixture.store.revoke(try link().message.id)
        let answers = [
            try gateway.get(path), try gateway.client.send("HEAD", path), try gateway.get("/m/forged"),
            try gateway.get(try gone(message, path)),
        ]
        #expect(answers.map(\.status) == [200, 200, 404, 410] && answers[1].body.isEmpty)
        for answer in answers {
            #expect(answer["Cache-Control"] == "no-store" && answer["X-Robots-Tag"] == "noindex")
            #expect(
                answer["Referrer-Policy"] == "no-referrer" && answer["X-Content-Type-Options"] == "nosniff")
            #expect(answer["Strict-Transport-Security"] != nil && answer["Set-Cookie"] == nil)
            let policy = answer["Content-Security-Policy"] ?? ""
            for part in [
                "default-src 'none'; style-src 'sha256-", "form-action 'self'", "frame-ancestors 'none'",
                "base-uri 'none'",
            ] { #expect(policy.contains(part), "\(policy)") }
            let media = "; img-src https://media.example.lu; media-src https://media.example.lu"
            #expect(policy.contains("-src https") == (answer.status == 200))
            #expect(answer.status != 200 || policy.hasSuffix(media))
        }
    }

    private func gone(_ message: MessageRecord, _ path: String) throws -> String {
        _ = try gateway.fixture.store.revoke(message.id)
        return path
    }

    /// Everything on it is on a page that a strict parser takes, in each language, whole and as little as can be.
    @Test(arguments: ["fr-LU", "de-LU", "lb-LU", "nl-BE", "en-GB", "pt-PT"])
    func everyStateIsGoodHTML(locale: String) throws {
        let hostile = #"<img src=x onerror="a()">&amp;' </style></textarea>--> {{x}}"#
        let short = Self.shortest.setting("/to/locale", to: .string(locale))
        let whole = try Self.example().setting("/to/locale", to: .string(locale))
        var requests = [
            whole, short,
            whole.setting("/data/note", to: .string(hostile)).setting("/to/name", to: .string(hostile))
                .setting("/intervention/media/0/title", to: .string(hostile))
                .setting("/intervention/media/1/title", to: .string(hostile))
                .setting("/intervention/vehicle/model", to: .string(hostile))
                .setting("/intervention/quote/lines/0/label", to: .string(hostile)),
            try Self.example("04-fr-without-thumbnails").setting("/to/locale", to: .string(locale)),
            try Self.example("03-en-quote-and-attachments").setting("/to/locale", to: .string(locale)),
        ]
        requests.append(
            short.setting("/template", to: "terms-change")
                .setting("/data", to: ["effectiveOn": "2028-01-31", "summary": .string(hostile)]))
        let email = "news@example.lu"
        try gateway.consent(email)
        requests.append(
            try Self.example("10-fr-newsletter").setting("/to/email", to: .string(email))
                .setting("/to/locale", to: .string(locale)))
        let links = try requests.map { try link($0) }
        var pages = try links.map { try gateway.get($0.path) }
        try put { $0.setting("/mediaHosts", to: nil).setting("/phone", to: nil) }
        pages += try links.map { try gateway.get($0.path) }
        #expect(pages.allSatisfy { $0.status == 200 })
        for link in links { _ = try gateway.fixture.store.revoke(link.message.id) }
        let ended = try links.map { try gateway.get($0.path) }
        #expect(ended.allSatisfy { $0.status == 410 })
        pages += ended
        pages += try Self.otherPages(gateway, locale)
        for (page, faults) in zip(pages, try PythonJudge.html(pages.map(\.body))) {
            #expect(faults == [], "\(page.text)")
            #expect(!page.text.contains("onerror=\"") && !page.text.contains("{{words"))
        }
        let language = locale == "pt-PT" ? "fr" : String(locale.prefix(2))
        #expect(pages.allSatisfy { $0.language == language })
    }

    /// The other public pages, judged by the same judge.
    private static func otherPages(_ gateway: PublicGateway, _ locale: String) throws -> [HTTPAnswer] {
        let email = "pages@example.lu"
        let path = try gateway.unsubscribeLink("intervention-ready", email, locale: locale)
        let recall = try gateway.unsubscribeLink("safety-recall", email, locale: locale)
        let question = try gateway.link(
            "/c/", in: gateway.accept("confirm-subscription", email, locale: locale))
        gateway.fixture.clock.advance(by: .seconds(60))
        let stopped = try gateway.post(path, ["scope": "intervention"])
        let language = String((locale == "pt-PT" ? "fr" : locale).prefix(2))
        return [
            try gateway.get(path), try gateway.get(recall), stopped,
            try gateway.post(path, ["undo": try #require(stopped.hidden("undo"))]),
            try gateway.get(question), try gateway.post(question, ["confirm": "yes"]),
            try gateway.post(path, ["scope": "not-me"]), try gateway.get(question),
            try gateway.post(path, ["scope": "none"]),
            try gateway.get("/m/forged", [("Accept-Language", language)]),
        ]
    }

    private static let shortest: JSONValue = [
        "template": "intervention-ready", "to": ["email": "zoe@example.lu"],
        "intervention": ["reference": "WO-1"],
    ]

    @Test func nothingIsShownFromElsewhere() throws {
        let elsewhere = try Self.example().setting(
            "/intervention/media/0/url", to: "https://media.example.lu/v/1.mp4")
        let path = try link(elsewhere).path
        try put {
            $0.setting("/mediaHosts", to: ["other.example.lu"])
        }
        let page = try gateway.get(path)
        #expect(page.status == 200 && loaded(page) == [])
        #expect(page["Content-Security-Policy"]?.contains("img-src") == false)
        // What cannot be shown is still reached.
        #expect(page.text.contains(#"<a href="https://media.example.lu/v/1.mp4">"#))
        #expect(
            page.text.contains(">Voir la photo</a>") && page.text.contains("<strong>Garage du Nord</strong>"))
        try put { $0.setting("/brand/logoURL", to: "https://other.example.lu/logo.png") }
        let again = try gateway.get(path)
        #expect(loaded(again).count == 7, "all but the logo")
        #expect(
            again["Content-Security-Policy"]?.hasSuffix("; media-src https://media.example.lu") == true)
    }

    @Test func aRecordThatChangedIsShownAsItIs() throws {
        let path = try link().path
        try put {
            $0.setting("/advisors", to: []).setting("/name", to: "Garage du Sud")
                .setting("/brand/colour", to: nil)
        }
        let page = try gateway.get(path)
        #expect(page.status == 200 && page.text.contains("Garage du Sud"))
        #expect(!page.text.contains("Luc Ferreira") && !page.text.contains("--brand: #c2410c"))
        _ = try gateway.fixture.store.put(gateway.fixture.dealership, record: "{}")
        let fault = try gateway.get(path)
        #expect(fault.status == 503 && fault.language == "fr" && fault["Retry-After"] == "60")
    }

    @Test func aForgedLinkIsLikeOneThatNeverWas() throws {
        let path = try link().path
        let own = try gateway.unsubscribeLink()
        let characters = Array(path.dropFirst(3))
        var forged = characters.indices.map { index in
            var changed = characters
            changed[index] = changed[index] == "A" ? "B" : "A"
            return "/m/" + String(changed)
        }
        forged += ["/m/" + own.dropFirst(3), "/u/" + path.dropFirst(3), "/c/" + path.dropFirst(3), "/m/x"]
        for method in ["GET", "HEAD"] {
            let missing = try gateway.client.send(method, "/u/unknown")
            #expect(missing.status == 404)
            for path in forged {
                #expect(try gateway.client.send(method, path).comparable == missing.comparable, "\(path)")
            }
        }
        #expect(try gateway.client.send("POST", path, body: []).status == 405)
    }

    // MARK: How it ends

    private func expectGone(_ path: String, _ reason: Comment) throws {
        let page = try gateway.get(path)
        #expect(page.status == 410 && page.language == "fr", reason)
        #expect(!page.text.contains("Octavia") && !page.text.contains("media.example.lu"), reason)
        let action = try #require(page.action, reason)
        #expect(action.hasPrefix("../u/") && page.choices.contains("channel"), reason)
        #expect(try gateway.post(String(action.dropFirst(2)), ["scope": "channel"]).status == 200, reason)
    }

    @Test func itEndsWithItsTermToTheMillisecond() throws {
        let path = try link().path
        gateway.fixture.clock.advance(by: .seconds(30 * 86_400))
        #expect(try gateway.get(path).status == 200)
        gateway.fixture.clock.advance(by: .milliseconds(1))
        try expectGone(path, "expired")
        #expect(
            try gateway.accept(Self.shortest.setting("/to/email", to: "zoe.weber@example.lu")).state
                == .blocked)
    }

    /// A message that was to begin later is not over before it has left.
    @Test func itsTermBeginsWithTheMessage() throws {
        let begin = gateway.fixture.clock.now + .seconds(40 * 86_400)
        let path = try link(try Self.example().setting("/notBefore", to: .string(begin.text))).path
        gateway.fixture.clock.advance(by: .seconds(69 * 86_400))
        #expect(try gateway.get(path).status == 200)
        gateway.fixture.clock.advance(by: .seconds(2 * 86_400))
        try expectGone(path, "expired")
    }

    @Test func itEndsWhenItsContentIsPruned() throws {
        let (message, path) = try link()
        try gateway.fixture.settle(#require(try gateway.fixture.claim()), .accepted)
        #expect(try gateway.get(path).status == 200)
        let later = gateway.fixture.clock.now + .seconds(1)
        #expect(try gateway.fixture.store.prune(RetentionStep(.content, before: later)) == 1)
        try expectGone(path, "pruned")
        #expect(try gateway.fixture.store.prune(RetentionStep(.messages, before: later)) == 1)
        #expect(throws: (any Error).self) { try gateway.fixture.message(message.id) }
        try expectGone(path, "no longer known at all")
    }

    @Test func itEndsWithAnErasureAndForgetsWhoLooked() throws {
        let (message, path) = try link()
        _ = try gateway.get(path, Browsers.firefox)
        #expect(try gateway.opened(message)?.count == 1)
        try gateway.fixture.erase(gateway.fixture.subject("zoe.weber@example.lu"))
        #expect(try gateway.fixture.message(message.id).openings == nil)
        try expectGone(path, "erased")
    }

    @Test func itEndsWhenItIsTakenBackAndStaysSo() throws {
        let (message, path) = try link()
        let first = try gateway.fixture.store.revoke(message.id)
        #expect(first.state == .queued && first.revokedAt == gateway.fixture.clock.now)
        gateway.fixture.clock.advance(by: .seconds(60))
        #expect(try gateway.fixture.store.revoke(message.id).view == first.view)
        #expect(first.view.text().contains("\"revokedAt\""))
        try expectGone(path, "revoked")
        #expect(throws: StoreError.notFound("message \(Self.nobody)")) {
            try gateway.fixture.store.revoke(Self.nobody)
        }
    }

    private static let nobody = MessageID(
        at: Timestamp(milliseconds: 1_000), random: [UInt8](repeating: 0, count: 10))
}
