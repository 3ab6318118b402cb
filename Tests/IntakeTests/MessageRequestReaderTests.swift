// A message as a caller wrote it: every wrong value has its pointer, what is not honoured yet is refused, and nothing that is
// the gateway's to set can be set from outside.

import Domain
import JSON
import Support
import Testing

@testable import Intake

struct MessageRequestReaderTests {
    private static let example: JSONValue = {
        let bytes =
            (try? RepositoryFolder.bytes(of: "Outbox/examples/messages/01-fr-video-and-quote.json")) ?? []
        return ((try? JSONValue(parsing: bytes)) ?? .null)
            .setting(
                "/intervention/attachments",
                to: [["name": "devis.pdf", "url": "https://media.example.lu/f/devis.pdf"]])
    }()

    private func dealership() throws -> Dealership {
        try DealershipReader.read(DealershipReaderTests.example)
    }

    private func check(_ refusal: Refusal, _ document: JSONValue = example) throws {
        let dealership = try dealership()
        try refusal.check(document) { value throws(JSONProblems) in
            _ = try MessageRequestReader.read(
                value, dealership: dealership, now: Timestamp(milliseconds: 1_795_420_800_000))
        }
    }

    @Test func theExampleIsReadWhole() throws {
        let request = try MessageRequestReader.read(
            Self.example, dealership: dealership(), now: Timestamp(milliseconds: 1_795_420_800_000))
        #expect(request.template == "intervention-ready" && request.recipient.customer?.text == "K-20417")
        #expect(request.recipient.email?.address == "zoe.weber@example.lu")
        #expect(request.recipient.phone?.e164 == "+352621123456" && request.recipient.locale?.text == "fr-LU")
        #expect(request.advisor?.name == "Luc Ferreira")
        let intervention = try #require(request.intervention)
        #expect(intervention.media.map(\.kind) == [.video, .photo, .photo, .photo, .photo])
        #expect(intervention.media.first?.durationSeconds == 48)
        #expect(intervention.quote?.total.text == "574.75" && intervention.quote?.lines.count == 3)
        #expect(intervention.attachments.map(\.name) == ["devis.pdf"])
        #expect(request.data["note"] != nil)
    }

    @Test func theLeastIsEnough() throws {
        let request = try MessageRequestReader.read(
            ["template": "a", "to": [:]], dealership: dealership(),
            now: Timestamp(milliseconds: 1_795_420_800_000))
        #expect(request.recipient.email == nil && request.intervention == nil && request.data == .object([]))
    }

    private static let refusals: [Refusal] = [
        Refusal("/template", "", "missing"),
        Refusal("/template", "1", "wrong-type"),
        Refusal("/template", "\"../partials\"", "invalid-value"),
        Refusal("/to", "", "missing"),
        Refusal("/to", "\"zoe@example.lu\"", "wrong-type"),
        Refusal("/to/id", "20417", "wrong-type"),
        Refusal("/to/id", "\"\"", "invalid-value"),
        Refusal("/to/id", "\"a\\tb\"", "invalid-value"),
        Refusal("/to/id", "\"\(String(repeating: "9", count: 65))\"", "invalid-value"),
        Refusal("/to/name", "{}", "wrong-type"),
        Refusal("/to/name", "\"a\\r\\nBcc: evil@example.org\"", "invalid-value"),
        Refusal("/to/email", "1", "wrong-type"),
        Refusal("/to/email", "\"zoe\"", "invalid-value"),
        Refusal("/to/email", "\"zoe@example.lu, eve@example.lu\"", "invalid-value"),
        Refusal("/to/email", "\"a@example.lu>\\r\\nRCPT TO:<b@example.lu\"", "invalid-value"),
        Refusal("/to/phone", "\"0621123456\"", "invalid-value"),
        Refusal("/to/phone", "621123456", "wrong-type"),
        Refusal("/to/locale", "\"français\"", "invalid-value"),
        Refusal("/to/locale", "true", "wrong-type"),
        Refusal("/advisor", "\"nobody\"", "invalid-value", "advisors"),
        Refusal("/advisor", "1", "wrong-type"),
        Refusal("/advisor", "{}", "missing", at: "/advisor/name"),
        Refusal("/advisor", "{\"name\":\"a\\nb\"}", "invalid-value", at: "/advisor/name"),
        Refusal("/advisor", "{\"name\":\"a\",\"email\":\"x\"}", "invalid-value", at: "/advisor/email"),
        Refusal("/advisor", "{\"name\":\"a\",\"id\":\"luc\"}", "unknown-field", at: "/advisor/id"),
        Refusal("/intervention", "[]", "wrong-type"),
        Refusal("/intervention/reference", "1182", "wrong-type"),
        Refusal("/intervention/reference", "\"\(String(repeating: "x", count: 101))\"", "invalid-value"),
        Refusal("/intervention/vehicle", "\"Škoda\"", "wrong-type"),
        Refusal("/intervention/vehicle/make", "1", "wrong-type"),
        Refusal("/intervention/vehicle/model", "\"a\\nb\"", "invalid-value"),
        Refusal("/intervention/vehicle/plate", "\"\(String(repeating: "x", count: 41))\"", "invalid-value"),
        Refusal("/intervention/media", "{}", "wrong-type"),
        Refusal("/intervention/media/0", "\"x\"", "wrong-type"),
        Refusal("/intervention/media/0/kind", "", "missing"),
        Refusal("/intervention/media/0/kind", "\"gif\"", "invalid-value"),
        Refusal("/intervention/media/0/kind", "1", "wrong-type"),
        Refusal("/intervention/media/0/title", "1", "wrong-type"),
        Refusal("/intervention/media/0/url", "", "missing"),
        Refusal("/intervention/media/0/url", "\"javascript:alert(1)\"", "invalid-value"),
        Refusal("/intervention/media/0/url", "\"http://media.example.lu/a\"", "invalid-value", "https"),
        Refusal("/intervention/media/0/url", "\"https://evil.example.org/a\"", "invalid-value", "mediaHosts"),
        Refusal("/intervention/media/0/url", "\"https://media.example.lu@evil.example/a\"", "invalid-value"),
        Refusal(
            "/intervention/media/0/url", "\"https://media.example.lu/a\\\" onload=\\\"x\"", "invalid-value"),
        Refusal(
            "/intervention/media/0/thumbnail", "\"https://evil.example.org/a\"", "invalid-value", "mediaHosts"
        ),
        Refusal("/intervention/media/0/thumbnail", "1", "wrong-type"),
        Refusal("/intervention/media/0/durationSeconds", "\"48\"", "wrong-type"),
        Refusal("/intervention/media/0/durationSeconds", "-1", "invalid-value"),
        Refusal("/intervention/media/0/durationSeconds", "86401", "invalid-value"),
        Refusal("/intervention/media/0/durationSeconds", "1.5", "wrong-type"),
        Refusal("/intervention/attachments", "\"x\"", "wrong-type"),
        Refusal("/intervention/attachments/0/name", "", "missing"),
        Refusal(
            "/intervention/attachments/0/url", "\"https://evil.example.org/f.pdf\"", "invalid-value",
            "mediaHosts"),
        Refusal("/intervention/quote", "[]", "wrong-type"),
        Refusal("/intervention/quote/currency", "", "missing"),
        Refusal("/intervention/quote/currency", "\"€\"", "invalid-value"),
        Refusal("/intervention/quote/total", "", "missing"),
        Refusal("/intervention/quote/total", "574.75", "wrong-type"),
        Refusal("/intervention/quote/total", "\"574,75\"", "invalid-value"),
        Refusal("/intervention/quote/lines", "{}", "wrong-type"),
        Refusal("/intervention/quote/lines/0/label", "", "missing"),
        Refusal("/intervention/quote/lines/0/amount", "", "missing"),
        Refusal("/intervention/quote/lines/0/amount", "\"1e3\"", "invalid-value"),
        Refusal("/intervention/quote/approvalURL", "\"app.example.lu/q\"", "invalid-value"),
        Refusal("/data", "[]", "wrong-type"),
        Refusal("/data", "\"x\"", "wrong-type"),
        Refusal("/channels", "\"email\"", "wrong-type"),
        Refusal("/channels", "[\"fax\"]", "invalid-value", at: "/channels/0"),
        Refusal("/channels", "[1]", "invalid-value", at: "/channels/0"),
        // Not honoured yet.
        Refusal("/notBefore", "\"tomorrow\"", "invalid-value"),
        Refusal("/notBefore", "\"2027-12-23T08:00:00Z\"", "invalid-value"),
        Refusal("/deliverBy", "\"2020-11-23T08:00:00Z\"", "invalid-value"),
        Refusal("/deliverBy", "7", "wrong-type"),
        Refusal("/priority", "\"high\"", "invalid-value"),
        Refusal("/coalesceKey", "\"\"", "invalid-value"),
        Refusal("/key", "\"a\"", "unknown-field"),
        // Typing errors.
        Refusal("/chanels", "[\"email\"]", "unknown-field", "did you mean \"channels\"?"),
        Refusal("/to/mail", "\"a@example.lu\"", "unknown-field", "did you mean \"email\"?"),
        Refusal("/intervention/referense", "\"x\"", "unknown-field", "did you mean \"reference\"?"),
        Refusal("/intervention/media/1/thumbnial", "\"x\"", "unknown-field", "did you mean \"thumbnail\"?"),
        Refusal("/intervention/quote/sum", "\"1\"", "unknown-field"),
        Refusal("/intervention/quote/lines/2/amout", "\"1\"", "unknown-field", "did you mean \"amount\"?"),
    ]

    @Test(arguments: refusals)
    func aWrongFieldIsNamed(refusal: Refusal) throws { try check(refusal) }

    /// What is the gateway's alone: none of it can be set by naming it.
    private static let massAssignments: [String] =
        [
            "id", "state", "fence", "dealership", "contact", "provider", "providers", "route", "purpose",
            "class",
            "templateDigest", "createdAt", "nextAttemptAt", "attempts", "attempt", "outcome", "reason",
            "reasonCode",
            "sender", "from", "replyTo", "recipient", "cc", "bcc", "headers", "subject", "html", "text",
            "body",
            "messageID", "seq", "channel", "reference", "isRecipientAllowed", "force", "dryRun", "skipGate",
            "consent", "ledger", "token", "scope", "scopes", "apiKey", "retry", "lifetime", "__proto__",
        ].map { "/" + $0 }
        + [
            "/to/contact", "/to/reference", "/to/consent", "/to/bcc", "/intervention/id",
            "/intervention/state",
            "/intervention/quote/state", "/intervention/media/0/host", "/intervention/attachments/0/content",
            "/intervention/vehicle/owner", "/intervention/quote/lines/0/total",
        ]

    @Test func nothingOfTheGatewaysCanBeSet() throws {
        #expect(Self.massAssignments.count >= 50)
        for pointer in Self.massAssignments { try check(Refusal(pointer, "\"x\"", "unknown-field")) }
    }

    @Test func nullIsAbsentAndDataIsFree() throws {
        let document = Self.example.setting("/notBefore", to: .null).setting("/advisor", to: .null)
            .setting("/intervention/media/0/thumbnail", to: .null).setting("/data/state", to: "sent")
        let request = try MessageRequestReader.read(
            document, dealership: dealership(), now: Timestamp(milliseconds: 1_795_420_800_000))
        #expect(request.advisor == nil && request.intervention?.media.first?.thumbnail == nil)
        #expect(request.data["state"] == "sent")
    }

    @Test func aDealershipWithoutMediaHostsTakesAny() throws {
        var dealership = try dealership()
        dealership.mediaHosts = []
        let document = Self.example.setting(
            "/intervention/media/0/url", to: "https://other.example.org/a.mp4")
        let request = try MessageRequestReader.read(
            document, dealership: dealership, now: Timestamp(milliseconds: 1_795_420_800_000))
        #expect(request.intervention?.media.first?.url.host == "other.example.org")
    }

    @Test func tooManyIsAMistake() throws {
        let medium: JSONValue = ["kind": "photo", "url": "https://media.example.lu/a.jpg"]
        let line: JSONValue = ["label": "a", "amount": "1"]
        func reading(_ pointer: String, _ element: JSONValue, _ count: Int) throws {
            let document = Self.example.setting(pointer, to: .array(Array(repeating: element, count: count)))
            _ = try MessageRequestReader.read(
                document, dealership: dealership(), now: Timestamp(milliseconds: 1_795_420_800_000))
        }
        for (pointer, element, limit) in [
            ("/intervention/media", medium, 100), ("/intervention/quote/lines", line, 200),
            ("/intervention/attachments", ["name": "a", "url": "https://media.example.lu/a.pdf"], 100),
        ] {
            try reading(pointer, element, limit)
            let error = try #require(throws: JSONProblems.self) { try reading(pointer, element, limit + 1) }
            #expect(error.problems.map(\.pointer) == [pointer])
        }
    }
}
