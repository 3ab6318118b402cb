// The promise that matters most, 1 000 times: the link of a message that was sent, posted, blocks the next message of its kind to that
// person; over every kind but safety, every language, every combination of references, and every way of posting it.

import Consent
import Delivery
import Domain
import OutboxStore
import Support
import Testing

struct OwnLinkTests {
    private static let kinds = [
        "intervention-ready", "quote-approval", "quote-reminder", "service-reminder", "satisfaction-survey",
        "terms-change", "confirm-subscription", "newsletter",
    ]
    private static let locales = ["fr-LU", "de-DE", "lb-LU", "nl-BE", "en", "pt-PT"]
    private static let ways: [KeyValuePairs<String, String>] = [
        ["List-Unsubscribe": "One-Click"], ["scope": "channel"], ["scope": "not-me"],
    ]

    @Test func everySentMessagesOwnLinkStopsTheNext() throws {
        let gateway = try PublicGateway()
        var blocked = 0
        for number in 0..<1000 {
            let kind = Self.kinds[number % Self.kinds.count]
            let email = "contact\(number)@example.lu"
            let customer = number & 8 == 0 ? nil : "K-\(number)"
            let phone = number & 16 == 0 ? nil : "+352621\(100_000 + number)"
            if ["newsletter", "satisfaction-survey"].contains(kind) {
                try gateway.consent(email, to: kind == "newsletter" ? "newsletter" : "survey")
            }
            func accept() throws -> MessageRecord {
                try gateway.accept(
                    kind, email, locale: Self.locales[number % Self.locales.count], customer: customer,
                    phone: phone)
            }
            let message = try accept()
            let claim = try #require(try gateway.fixture.claim())
            try gateway.fixture.settle(claim, .accepted)
            #expect(try gateway.fixture.message(message.id).state == .sent)
            let answer = try gateway.post(
                gateway.link("/u/", in: message), Self.ways[number % Self.ways.count],
                asMultipart: number & 32 == 0)
            let next = try accept()
            if answer.status == 200 && next.state == .blocked && next.reasonEntry != nil { blocked += 1 }
        }
        #expect(blocked == 1000)
        #expect(try gateway.fixture.claim() == nil, "nothing is left to send")
    }

    /// What only the kind's own scope stops: the other kinds go on, but for all of marketing.
    @Test(arguments: kinds)
    func oneClickStopsNoMoreThanItSays(kind: String) throws {
        let gateway = try PublicGateway()
        let email = "zoe@example.lu"
        for purpose in ["newsletter", "survey"] { try gateway.consent(email, to: purpose) }
        let path = try gateway.unsubscribeLink(kind, email)
        #expect(try gateway.post(path, ["List-Unsubscribe": "One-Click"]).text == "unsubscribed\n")
        let marketing = ["newsletter", "satisfaction-survey"]
        let stopped = marketing.contains(kind) ? Set(marketing) : [kind]
        for other in Self.kinds + ["safety-recall"] {
            #expect(
                try (gateway.accept(other, email).state == .blocked) == stopped.contains(other), "\(other)")
        }
    }
}
