// The one link of an SMS: short enough for one segment, and a whole page behind it with the way out, also when the message's content is gone.

import Composer
import Crypto
import Domain
import JSON
import OutboxStore
import SMS
import Support
import Testing

@Suite("The link of an SMS")
struct ShortPageTests {
    private let gateway: PublicGateway

    init() throws { gateway = try PublicGateway() }

    private func accepted(locale: String = "fr-LU") throws -> (id: MessageID, text: String, path: String) {
        let record = try gateway.accept([
            "template": "intervention-ready", "channels": ["sms"],
            "to": ["id": "K-7", "phone": "621 123 456", "locale": .string(locale)],
            "intervention": ["reference": "WO-7", "vehicle": ["make": "Škoda", "model": "Octavia"]],
        ])
        #expect(record.channel == .sms && record.state == .queued)
        let text = try #require(try gateway.fixture.content(record.id))
        let link = try #require(text.firstMatch(of: /https:\/\/gw\.example\.lu(\/m\/[A-Za-z0-9_-]+)/))
        return (record.id, text, String(link.1))
    }

    @Test(arguments: ["fr-LU", "de", "en"])
    func oneSegmentHasTheLinkAndTheWayOut(_ locale: String) throws {
        let sms = try accepted(locale: locale)
        let counted = SMSText(sms.text)
        #expect(counted.segments == 1 && counted.encoding == .gsm7, "\(sms.text)")
        #expect(sms.text.contains("STOP") && sms.path.utf8.count == 54)
        let page = try gateway.client.send("GET", sms.path)
        #expect(page.status == 200 && page.text.contains("WO-7"))
        let out = try #require(page.text.firstMatch(of: /href="\.\.(\/u\/[A-Za-z0-9_-]+)"/))
        let click = try gateway.client.send(
            "POST", String(out.1), [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array("List-Unsubscribe=One-Click".utf8))
        #expect(click.status == 200)
        let next = try gateway.fixture.accept(gateway.fixture.acceptance(by: [.sms]))
        #expect(next.state == .blocked, "it is this phone that said so")
    }

    @Test func aPageThatIsOverStillOffersTheWayOut() throws {
        let sms = try accepted()
        _ = try gateway.fixture.store.revoke(sms.id)
        let gone = try gateway.client.send("GET", sms.path)
        #expect(gone.status == 410 && gone.text.contains("<form") && gone.text.contains("lang=\"fr\""))
        let person = try Subject(
            dealership: gateway.fixture.dealership,
            references: [gateway.fixture.reference(phone: "+352621123456")])
        try gateway.fixture.erase(person)
        let erased = try gateway.client.send("GET", sms.path)
        #expect(erased.status == 410 && !erased.text.contains("<form"), "nobody is known any more")
        #expect(!erased.text.contains("WO-7"))
    }

    @Test func aForgedLinkIsNone() throws {
        let path = try accepted().path
        for forged in [String(path.dropLast()), path + "A", path.replacing("/m/A", with: "/m/B")] {
            #expect(try gateway.client.send("GET", forged).status == 404)
        }
    }
}
