// The kinds `confirm-subscription` and `newsletter` with as little as a caller may give, in each of their languages; what they refuse;
// and that a link's page speaks the contact's language where the mail cannot.

import Composer
import Crypto
import Domain
import JSON
import Support
import Testing

@testable import Intake

struct SubscriptionKindsTests {
    private let library: TemplateLibrary
    private let composer: Composer

    init() throws {
        library = try Workshop.library()
        composer = Workshop.composer(library)
    }

    private func request(_ template: String, _ data: JSONValue, locale: String = "fr") -> JSONValue {
        [
            "template": .string(template), "to": ["email": "zoe@example.lu", "locale": .string(locale)],
            "data": data,
        ]
    }

    private static let news: JSONValue = ["title": "Pneus d’hiver", "lead": "C’est le moment."]

    private func compose(_ json: JSONValue, _ dealership: Dealership? = nil) throws -> ComposedEmail {
        try Workshop.compose(json, with: composer, library: library, from: dealership)
    }

    private func token(_ message: ComposedEmail, _ path: String) throws -> String {
        let base = "https://gw.example.lu\(path)"
        let start = try #require(message.text.range(of: base)).upperBound
        return String(message.text[start...].prefix { !$0.isWhitespace })
    }

    @Test(arguments: ["fr", "de", "en"])
    func theyNeedLittle(locale: String) throws {
        for (template, data) in [("confirm-subscription", [:]), ("newsletter", Self.news)]
            as [(String, JSONValue)]
        {
            let message = try compose(request(template, data, locale: locale))
            #expect(message.locale.text == locale)
            for text in [message.html, message.text] {
                #expect(!text.contains("{{"))
                for part in ["Garage du Nord S.à r.l.", "12, rue des Ateliers", "https://gw.example.lu/u/"] {
                    #expect(text.contains(part), "\(template) \(locale): \(part)")
                }
            }
            #expect(message.html.contains(try token(message, "/u/")))
            #expect(!message.subject.isEmpty)
        }
    }

    @Test func aNewsletterHasWhatItsCallerWrote() throws {
        let data = Self.news.setting("/paragraphs", to: ["Un.", "Deux."])
            .setting(
                "/link", to: ["url": "https://garage.example/p?a=1&b=2", "label": "Prendre rendez-vous"])
        let message = try compose(request("newsletter", data))
        #expect(message.subject == "Pneus d’hiver")
        #expect(message.text.contains("Un.\n\nDeux.\n\nPrendre rendez-vous"))
        #expect(message.text.contains("\nhttps://garage.example/p?a=1&b=2\n"))
        #expect(message.html.contains("href=\"https://garage.example/p?a=1&amp;b=2\""))
        #expect(message.sender.address == "nouvelles@example.lu" && message.asksFor == nil)
        #expect(!message.text.contains("/c/"))
        let page = try token(message, "/m/")
        #expect(message.text.contains("\nhttps://gw.example.lu/m/" + page + "\n"))
        #expect(message.html.contains(page))
    }

    @Test(arguments: ["title", "lead"])
    func aNewsletterWithAHoleIsRefused(name: String) throws {
        let error = try #require(throws: CompositionError.self) {
            _ = try compose(request("newsletter", Self.news.setting("/" + name, to: nil)))
        }
        #expect(error.pointer == "/data/" + name)
    }

    @Test(
        arguments: [
            ("/url", "javascript:alert(1)", "/data/link/url"),
            ("/url", "http://garage.example", "/data/link/url"),
            ("/url", nil, "/data/link/url"), ("/label", nil, "/data/link/label"),
            ("/colour", "red", "/data/link/colour"),
        ] as [(String, JSONValue?, String)])
    func aLinkIsCheckedLikeEveryOther(member: String, value: JSONValue?, pointer: String) throws {
        let link: JSONValue = ["url": "https://garage.example/p", "label": "Plus"]
        let data = Self.news.setting("/link", to: link.setting(member, to: value))
        let problems = try #require(throws: JSONProblems.self) {
            _ = try compose(request("newsletter", data))
        }
        #expect(problems.problems.map(\.pointer) == [pointer])
    }

    @Test func whoAdvertisesHasALegalName() throws {
        let dealership = try Workshop.dealership { $0.setting("/legalName", to: nil) }
        let error = try #require(throws: CompositionError.self) {
            _ = try compose(request("newsletter", Self.news), dealership)
        }
        #expect(error.description.contains("legalName"))
        _ = try compose(request("confirm-subscription", [:]), dealership)
    }

    @Test(
        arguments: [
            (nil, "newsletter"), ("newsletter", "newsletter"), ("survey", "survey"), (.null, "newsletter"),
        ]
            as [(JSONValue?, String)])
    func theLinkToConfirmNamesWhatIsAskedFor(asked: JSONValue?, purpose: String) throws {
        let message = try compose(
            request("confirm-subscription", JSONValue.object([]).setting("/purpose", to: asked)))
        let text = try token(message, "/c/")
        #expect(message.html.contains("https://gw.example.lu/c/\(text)"))
        let confirm = try #require(ConfirmToken(text, keys: StoreFixture.keys))
        #expect(confirm.purpose.text == purpose && message.asksFor == confirm.purpose)
        let own = try #require(UnsubscribeToken(try token(message, "/u/"), keys: StoreFixture.keys))
        #expect(confirm.unsubscribe == own && own.purpose.text == "confirmation" && own.class == .service)
        #expect(
            message.text.contains(purpose == "survey" ? "Enquêtes de satisfaction" : "Lettre d’information"))
    }

    @Test(
        arguments: ["intervention", "recall", "marketing", "none-such", "", 7, ["newsletter"], true]
            as [JSONValue])
    func nothingElseCanBeAskedFor(purpose: JSONValue) throws {
        let error = try #require(throws: CompositionError.self) {
            _ = try compose(request("confirm-subscription", ["purpose": purpose]))
        }
        #expect(error.pointer == "/data/purpose" && error.description.contains("marketing or survey"))
    }

    @Test func aPurposeOfTheConfigurationIsCalledByItsName() throws {
        let purposes = try PurposeTable(configured: [(try Purpose("spring-offer"), .marketing)])
        let library = try TemplateLibrary(folder: Workshop.templates, purposes: purposes)
        let message = try Workshop.compose(
            request("confirm-subscription", ["purpose": "spring-offer"]), with: Workshop.composer(library),
            library: library)
        #expect(message.subject == "Confirmez votre inscription : spring-offer")
    }

    @Test func aMessageThatWaitsLongerThanItsLinkIsRefused() throws {
        let far = request("confirm-subscription", [:]).setting(
            "/notBefore", to: .string((Workshop.now + .seconds(30 * 86_400)).text))
        let error = try #require(throws: CompositionError.self) { _ = try compose(far) }
        #expect(error.pointer == "/notBefore")
        _ = try compose(far.setting("/notBefore", to: .string((Workshop.now + .seconds(86_400)).text)))
    }

    /// The dealership's language is French.
    @Test(arguments: [
        ("lb", "fr", "lb"), ("lb-LU", "fr", "lb"), ("nl-BE", "fr", "nl"), ("de-LU", "de", "de"),
        ("pt", "fr", "fr"),
    ])
    func thePageFollowsTheContact(contact: String, mail: String, page: String) throws {
        let message = try compose(request("newsletter", Self.news, locale: contact))
        let token = try #require(UnsubscribeToken(try token(message, "/u/"), keys: StoreFixture.keys))
        #expect(message.locale.text == mail && token.locale.text == page)
    }
}
