// A dealership's file: the example is read whole, every wrong field is named with its pointer, nothing is ignored.

import Domain
import JSON
import Support
import Testing

@testable import Intake

struct DealershipReaderTests {
    static let example: JSONValue = {
        let bytes = (try? RepositoryFolder.bytes(of: "Outbox/examples/dealership.json")) ?? []
        return (try? JSONValue(parsing: bytes)) ?? .null
    }()

    @Test func theExampleIsReadWhole() throws {
        let dealership = try DealershipReader.read(Self.example)
        #expect(dealership.id.text == "garage-nord" && dealership.name == "Garage du Nord")
        #expect(dealership.legalName == "Garage du Nord S.à r.l." && dealership.country.text == "LU")
        #expect(dealership.locale.text == "fr-LU" && dealership.timeZone == "Europe/Luxembourg")
        #expect(dealership.phone?.e164 == "+35226000010")
        #expect(dealership.serviceSender.address.address == "atelier@example.lu")
        #expect(dealership.marketingSender?.replyTo?.address == "accueil@example.lu")
        #expect(dealership.mediaHosts == ["media.example.lu"] && dealership.colour == "#c2410c")
        #expect(dealership.logoURL?.host == "media.example.lu")
        #expect(dealership.advisors.map(\.id) == ["luc", "anna"])
        #expect(dealership.advisors.first?.pictureURL != nil)
    }

    @Test func onlyTheseAreRequired() throws {
        let required = ["id", "name", "address", "country", "locale", "timeZone", "senders"]
        guard case .object(let members) = Self.example else {
            Issue.record("the example is an object")
            return
        }
        let least = JSONValue.object(members.filter { required.contains($0.name) })
            .setting("/senders/marketing", to: nil).setting(
                "/senders/service", to: ["address": "a@example.lu"])
        let dealership = try DealershipReader.read(least)
        #expect(
            dealership.mediaHosts.isEmpty && dealership.advisors.isEmpty && dealership.marketingSender == nil)
        for name in required {
            try Refusal("/" + name, "", "missing").check(least) { value throws(JSONProblems) in
                _ = try DealershipReader.read(value)
            }
        }
    }

    private static let refusals: [Refusal] = [
        Refusal("/id", "1", "wrong-type"),
        Refusal("/id", "\"Garage Nord\"", "invalid-value"),
        Refusal("/id", "\"-a\"", "invalid-value"),
        Refusal("/kind", "1", "wrong-type"),
        Refusal("/kind", "\"importer\"", "invalid-value", "dealership or operator"),
        Refusal("/name", "[]", "wrong-type"),
        Refusal("/name", "\"\"", "invalid-value"),
        Refusal("/name", "\"   \"", "invalid-value"),
        Refusal("/name", "\"a\\nb\"", "invalid-value", "one line"),
        Refusal("/name", "\"a\\u2028b\"", "invalid-value"),
        Refusal("/name", "\"\(String(repeating: "x", count: 301))\"", "invalid-value", "300"),
        Refusal("/legalName", "5", "wrong-type"),
        Refusal("/legalName", "\"a\\u0001b\"", "invalid-value"),
        Refusal("/address", "{}", "wrong-type"),
        Refusal("/address", "\"a\\r\\nb\"", "invalid-value"),
        Refusal("/country", "\"lu\"", "invalid-value"),
        Refusal("/country", "\"LUX\"", "invalid-value"),
        Refusal("/country", "true", "wrong-type"),
        Refusal("/locale", "\"french\"", "invalid-value"),
        Refusal("/locale", "\"fr_LU\"", "invalid-value"),
        Refusal("/locale", "0", "wrong-type"),
        Refusal("/timeZone", "\"Luxembourg\"", "invalid-value"),
        Refusal("/timeZone", "\"Europe/Nowhere\"", "invalid-value"),
        Refusal("/timeZone", "1", "wrong-type"),
        Refusal("/phone", "\"26 00 00 10\"", "invalid-value"),
        Refusal("/phone", "352", "wrong-type"),
        Refusal("/senders", "[]", "wrong-type"),
        Refusal("/senders", "{}", "missing", at: "/senders/service"),
        Refusal("/senders/service", "", "missing"),
        Refusal("/senders/service", "\"a@example.lu\"", "wrong-type"),
        Refusal("/senders/service/address", "", "missing"),
        Refusal("/senders/service/address", "\"atelier\"", "invalid-value"),
        Refusal("/senders/service/address", "\"a\\r\\nb@example.lu\"", "invalid-value"),
        Refusal("/senders/service/name", "1", "wrong-type"),
        Refusal("/senders/service/name", "\"a\\r\\nBcc: x\"", "invalid-value"),
        Refusal("/senders/service/replyTo", "\"x\"", "invalid-value"),
        Refusal("/senders/service/replyto", "\"x@example.lu\"", "unknown-field", "replyTo"),
        Refusal("/senders/marketing", "1", "wrong-type"),
        Refusal("/senders/marketing/address", "1", "wrong-type"),
        Refusal("/senders/other", "{}", "unknown-field"),
        Refusal("/smsSender", "1", "wrong-type"),
        Refusal("/smsSender", "\"\(String(repeating: "x", count: 21))\"", "invalid-value"),
        Refusal("/brand", "\"#000000\"", "wrong-type"),
        Refusal("/brand/logoURL", "\"http://example.lu/a.png\"", "invalid-value", "https"),
        Refusal("/brand/logoURL", "1", "wrong-type"),
        Refusal("/brand/colour", "\"red\"", "invalid-value"),
        Refusal("/brand/colour", "\"#c2410c;}\"", "invalid-value"),
        Refusal("/brand/color", "\"#c2410c\"", "unknown-field", "colour"),
        Refusal("/mediaHosts", "\"media.example.lu\"", "wrong-type"),
        Refusal("/mediaHosts/0", "1", "invalid-value"),
        Refusal("/mediaHosts/0", "\"https://media.example.lu\"", "invalid-value"),
        Refusal("/mediaHosts/0", "\"*.example.lu\"", "invalid-value"),
        Refusal("/countries", "\"LU\"", "wrong-type"),
        Refusal("/countries/1", "\"Belgium\"", "invalid-value"),
        Refusal("/countries/1", "1", "invalid-value"),
        Refusal("/advisors", "{}", "wrong-type"),
        Refusal("/advisors/0", "\"luc\"", "wrong-type"),
        Refusal("/advisors/0/id", "", "missing"),
        Refusal("/advisors/0/id", "\"Luc F\"", "invalid-value"),
        Refusal("/advisors/1/id", "\"luc\"", "invalid-value", "another advisor's"),
        Refusal("/advisors/0/name", "", "missing"),
        Refusal("/advisors/0/name", "1", "wrong-type"),
        Refusal("/advisors/0/email", "\"luc\"", "invalid-value"),
        Refusal("/advisors/0/phone", "\"0621\"", "invalid-value"),
        Refusal("/advisors/0/pictureURL", "\"ftp://example.lu/a\"", "invalid-value"),
        Refusal("/advisors/0/pictureUrl", "\"https://example.lu/a\"", "unknown-field", "pictureURL"),
        Refusal("/quotas", "1", "wrong-type"),
        Refusal("/quotas/messagesPerDay", "-1", "invalid-value"),
        Refusal("/quotas/messagesPerDay", "1.5", "wrong-type"),
        Refusal("/quotas/smsSegmentsPerDay", "\"many\"", "wrong-type"),
        Refusal("/quotas/messages", "1", "unknown-field"),
        Refusal("/webhooks", "{}", "wrong-type"),
        Refusal("/webhooks", "[{}]", "missing", at: "/webhooks/0/id"),
        Refusal(
            "/webhooks", "[{\"id\":\"D M S\",\"url\":\"https://dms.example.lu/\",\"types\":[\"message.*\"]}]",
            "invalid-value", at: "/webhooks/0/id"),
        Refusal(
            "/webhooks", "[{\"id\":\"dms\",\"url\":\"http://dms.example.lu/\",\"types\":[\"message.*\"]}]",
            "invalid-value", at: "/webhooks/0/url"),
        Refusal(
            "/webhooks", "[{\"id\":\"dms\",\"url\":\"https://10.0.0.1/\",\"types\":[\"message.*\"]}]",
            "invalid-value", at: "/webhooks/0/url"),
        Refusal(
            "/webhooks", "[{\"id\":\"dms\",\"url\":\"ftp://dms.example.lu/\",\"types\":[\"message.*\"]}]",
            "invalid-value", at: "/webhooks/0/url"),
        Refusal(
            "/webhooks",
            "[{\"id\":\"dms\",\"url\":\"https://u:p@dms.example.lu/\",\"types\":[\"message.*\"]}]",
            "invalid-value", at: "/webhooks/0/url"),
        Refusal(
            "/webhooks", "[{\"id\":\"dms\",\"url\":\"https://dms.example.lu/\",\"types\":[]}]",
            "invalid-value", at: "/webhooks/0/types"),
        Refusal(
            "/webhooks", "[{\"id\":\"dms\",\"url\":\"https://dms.example.lu/\",\"types\":[\"message.snt\"]}]",
            "invalid-value", at: "/webhooks/0/types"),
        Refusal(
            "/webhooks", "[{\"id\":\"dms\",\"url\":\"https://dms.example.lu/\",\"types\":[\"*\"]}]",
            "invalid-value", at: "/webhooks/0/types"),
        Refusal(
            "/webhooks", "[{\"id\":\"dms\",\"url\":\"https://dms.example.lu/\",\"types\":[\"mess*\"]}]",
            "invalid-value", at: "/webhooks/0/types"),
        Refusal(
            "/webhooks",
            "[{\"id\":\"dms\",\"url\":\"https://dms.example.lu/\",\"types\":[\"message.*\"]},{\"id\":\"dms\",\"url\":\"https://dms.example.lu/\",\"types\":[\"message.*\"]}]",
            "invalid-value", at: "/webhooks/1/id", "another webhook's"),
        Refusal(
            "/webhooks",
            "[{\"id\":\"w0\",\"url\":\"https://dms.example.lu/\",\"types\":[\"message.*\"]},{\"id\":\"w1\",\"url\":\"https://dms.example.lu/\",\"types\":[\"message.*\"]},{\"id\":\"w2\",\"url\":\"https://dms.example.lu/\",\"types\":[\"message.*\"]},{\"id\":\"w3\",\"url\":\"https://dms.example.lu/\",\"types\":[\"message.*\"]},{\"id\":\"w4\",\"url\":\"https://dms.example.lu/\",\"types\":[\"message.*\"]},{\"id\":\"w5\",\"url\":\"https://dms.example.lu/\",\"types\":[\"message.*\"]}]",
            "invalid-value", "at most 5"),
        Refusal(
            "/webhooks",
            "[{\"secret\":\"x\",\"id\":\"dms\",\"url\":\"https://dms.example.lu/\",\"types\":[\"message.*\"]}]",
            "unknown-field", at: "/webhooks/0/secret"),
        Refusal("/retention", "{\"content\":\"30d\"}", "not-supported"),
        Refusal("/naem", "\"x\"", "unknown-field", "did you mean \"name\"?"),
        Refusal("/apiKey", "\"x\"", "unknown-field"),
    ]

    @Test(arguments: refusals)
    func aWrongFieldIsNamed(refusal: Refusal) throws {
        try refusal.check(Self.example) { value throws(JSONProblems) in _ = try DealershipReader.read(value) }
    }

    @Test func aQuotaIsReadAndCountedByTheDealershipsOwnDay() throws {
        let record = Self.example.setting("/quotas", to: ["messagesPerDay": 500, "smsSegmentsPerDay": 9])
        let dealership = try DealershipReader.read(record)
        #expect(dealership.messagesPerDay == 500)
        #expect(try DealershipReader.read(Self.example).messagesPerDay == nil)
        // Luxembourg is an hour ahead of UTC in winter, two in summer.
        #expect(dealership.day(at: try Timestamp("2026-11-23T22:59:59Z")) == "2026-11-23")
        #expect(dealership.day(at: try Timestamp("2026-11-23T23:00:00Z")) == "2026-11-24")
        #expect(dealership.day(at: try Timestamp("2026-07-31T22:00:00Z")) == "2026-08-01")
        let west = try DealershipReader.read(Self.example.setting("/timeZone", to: "America/Los_Angeles"))
        #expect(west.day(at: try Timestamp("2027-01-01T07:59:59Z")) == "2026-12-31")
    }

    @Test(arguments: ["[]", "\"x\"", "null", "1"])
    func somethingElseIsNoDealership(text: String) throws {
        let error = try #require(throws: JSONProblems.self) {
            _ = try DealershipReader.read(JSONValue(parsing: Array(text.utf8)))
        }
        #expect(error.problems.map(\.code) == ["wrong-type"])
    }
}
