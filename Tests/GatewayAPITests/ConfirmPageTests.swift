// Double opt-in: looking confirms nothing, whoever looks; the button records exactly what was shown; and neither an old link nor one that
// an objection came after ends a block.

import Consent
import Domain
import Foundation
import JSON
import OutboxStore
import SQLite
import Support
import Testing

struct ConfirmPageTests {
    private let gateway: PublicGateway

    init() throws {
        gateway = try PublicGateway()
    }

    private func link(
        _ email: String = "zoe@example.lu", locale: String = "fr-LU", purpose: String? = nil
    ) throws -> String {
        let data: JSONValue? = purpose.map { ["purpose": .string($0)] }
        return try gateway.link(
            "/c/", in: gateway.accept("confirm-subscription", email, locale: locale, data: data))
    }

    private func newsletter(_ email: String = "zoe@example.lu") throws -> MessageRecord {
        try gateway.accept("newsletter", email)
    }

    @Test func lookingConfirmsNothing() throws {
        let path = try link()
        #expect(try gateway.entries().map(\.event) == [.requested])
        for agent in Scanners.agents {
            let page = try gateway.get(path, [("User-Agent", agent)])
            let head = try gateway.client.send("HEAD", path, [("User-Agent", agent)])
            #expect(page.status == 200 && head.status == 200 && head.body.isEmpty)
            #expect(page["Set-Cookie"] == nil && page["Location"] == nil)
        }
        #expect(try gateway.get(path + "?confirm=yes").status == 200)
        #expect(try gateway.ledgerCount() == 1)
        #expect(try newsletter().reasonCode == "no-consent")
    }

    @Test(arguments: [false, true])
    func theButtonRecordsExactlyWhatWasShown(asMultipart: Bool) throws {
        let path = try link()
        let page = try gateway.get(path)
        let shown = try #require(page.notice)
        for part in [
            "Garage du Nord (Garage du Nord S.à r.l.), 12, rue des Ateliers", "par e-mail",
            "Lettre d’information", "à tout moment",
        ] { #expect(shown.contains(part), "\(shown)") }
        #expect(page.action == String(path.dropFirst(3)))
        #expect(page.text.contains(#"<button type="submit" name="confirm" value="yes">"#))
        let notice = try #require(page.hidden("notice"))
        let answer = try gateway.post(path, ["notice": notice, "confirm": "yes"], asMultipart: asMultipart)
        #expect(answer.status == 200 && answer["Location"] == nil && answer["Set-Cookie"] == nil)
        let given = try #require(try gateway.entries().last)
        #expect(given.event == .given && given.scope.description == "newsletter")
        #expect(given.channel == .email && given.method == .page && given.actor == "contact")
        #expect(answer.reference == given.id.description && answer.notice == shown)
        let kept = try gateway.fixture.rawConnection().all("SELECT text, language, digest FROM notice") {
            ($0.text(0), $0.text(1), $0.blob(2))
        }
        #expect(kept.map(\.0) == [shown] && kept.map(\.1) == ["fr"] && kept.map(\.2) == [given.noticeDigest])
        #expect(try Self.sha256(shown) == Hexadecimal.text(of: given.noticeDigest ?? []))
        #expect(try newsletter().state == .queued)
        // Again, and without the page having been seen: the same answer, and nothing more is written.
        let count = try gateway.ledgerCount()
        #expect(try gateway.post(path, ["confirm": "yes"]).comparable == answer.comparable)
        #expect(try gateway.ledgerCount() == count)
    }

    /// By Python, so that the project's own code is not asked about itself.
    private static func sha256(_ text: String) throws -> String {
        let folder = try TestFolder()
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/text"))
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            "-c", "import hashlib,sys; print(hashlib.sha256(open(sys.argv[1],'rb').read()).hexdigest())",
            folder.path + "/text",
        ]
        process.standardOutput = output
        try process.run()
        process.waitUntilExit()
        return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .trimmingCharacters(in: .newlines)
    }

    @Test func anotherPurposeIsConfirmedByItself() throws {
        let path = try link(purpose: "survey")
        #expect(try gateway.entries().map(\.scope.description) == ["survey"])
        #expect(try gateway.get(path).notice?.contains("Enquêtes de satisfaction") == true)
        #expect(try gateway.post(path, ["confirm": "yes"]).status == 200)
        #expect(try gateway.accept("satisfaction-survey", "zoe@example.lu").state == .queued)
        #expect(try newsletter().reasonCode == "no-consent")
    }

    @Test(arguments: [
        "", "confirm=no", "confirm=", "Confirm=yes", "confirm=yes&confirm=yes", "scope=channel", "%",
    ])
    func anotherBodyConfirmsNothing(body: String) throws {
        let path = try link()
        for type in [
            "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "",
        ] {
            let answer = try gateway.client.send(
                "POST", path, [("Content-Type", type)], body: Array(body.utf8))
            let isForm = type == "application/x-www-form-urlencoded" && body != "%"
            #expect(answer.status == (isForm ? 422 : 400) && answer.language == "fr", "\(type)")
            #expect(answer.action?.hasPrefix("../u/") == true && answer.choices.last == "not-me")
        }
        #expect(
            try gateway.client.send(
                "POST", path, [("Content-Type", "text/plain")], body: Array("confirm=yes".utf8)
            ).status == 400)
        #expect(try gateway.ledgerCount() == 1)
    }

    @Test func itEndsAfterThirtyDaysAndStillOffersTheWayOut() throws {
        let path = try link()
        gateway.fixture.clock.advance(by: .seconds(30 * 86_400))
        #expect(try gateway.get(path).status == 200)
        gateway.fixture.clock.advance(by: .milliseconds(1))
        let page = try gateway.get(path)
        #expect(page.status == 410 && page.text.contains("30 jours"))
        #expect(try gateway.post(path, ["confirm": "yes"]).status == 410)
        #expect(try gateway.ledgerCount() == 1)
        let action = try #require(page.action)
        #expect(action.hasPrefix("../u/"))
        #expect(page.choices == ["confirmation", "marketing", "channel", "not-me"])
        #expect(try gateway.post(String(action.dropFirst(2)), ["scope": "channel"]).status == 200)
        #expect(try gateway.accept("confirm-subscription", "zoe@example.lu").state == .blocked)
    }

    @Test(arguments: ["newsletter", "marketing", "channel", "all"])
    func anObjectionThatCameAfterTheMailStands(scope: String) throws {
        let path = try link()
        gateway.fixture.clock.advance(by: .seconds(60))
        try gateway.fixture.record(
            of: "zoe@example.lu", scope: Scope(scope), channel: scope == "channel" ? .email : nil)
        let count = try gateway.ledgerCount()
        #expect(try gateway.get(path).status == 410)
        #expect(try gateway.post(path, ["confirm": "yes"]).status == 410)
        #expect(try gateway.ledgerCount() == count)
        #expect(try newsletter().state == .blocked)
    }

    @Test(arguments: ["intervention", "quote"])
    func anObjectionToSomethingElseDoesNotStandInTheWay(scope: String) throws {
        let path = try link()
        gateway.fixture.clock.advance(by: .seconds(60))
        try gateway.fixture.record(of: "zoe@example.lu", scope: Scope(scope))
        #expect(try gateway.post(path, ["confirm": "yes"]).status == 200)
        #expect(try newsletter().state == .queued)
    }

    /// Also when the objection stands under the customer number and the phone, as copies of what was said of the address.
    @Test(arguments: [false, true])
    func whoObjectedAndAskedAnewIsWrittenToAgain(isKnownByMore: Bool) throws {
        let customer = isKnownByMore ? "K-1" : nil
        let phone = isKnownByMore ? "+352621123456" : nil
        func accept(_ template: String) throws -> MessageRecord {
            try gateway.accept(template, "zoe@example.lu", customer: customer, phone: phone)
        }
        let earlier = try gateway.link("/u/", in: accept("intervention-ready"))
        #expect(try gateway.post(earlier, ["scope": "marketing"]).status == 200)
        gateway.fixture.clock.advance(by: .seconds(60))
        let path = try gateway.link("/c/", in: accept("confirm-subscription"))
        #expect(try gateway.post(path, ["confirm": "yes"]).status == 200)
        #expect(try accept("newsletter").state == .queued)
        #expect(try accept("satisfaction-survey").state == .blocked)
    }

    @Test func wordsThatChangedAreShownBeforeTheyCount() throws {
        let path = try link()
        let page = try gateway.get(path)
        let seen = try #require(page.hidden("notice"))
        let record = try RepositoryFolder.text(of: "Outbox/examples/dealership.json")
            .replacing("12, rue des Ateliers", with: "14, rue des Ateliers")
        _ = try gateway.fixture.store.put(gateway.fixture.dealership, record: record)
        let again = try gateway.post(path, ["notice": seen, "confirm": "yes"])
        #expect(again.notice?.contains("14, rue des Ateliers") == true && again.reference == nil)
        #expect(try gateway.ledgerCount() == 1)
        let notice = try #require(again.hidden("notice"))
        #expect(try gateway.post(path, ["notice": notice, "confirm": "yes"]).reference != nil)
    }

    @Test func aForgedLinkIsLikeOneThatNeverWas() throws {
        let path = try link()
        let own = try gateway.unsubscribeLink()
        let characters = Array(path.dropFirst(3))
        var forged = characters.indices.map { index in
            var changed = characters
            changed[index] = changed[index] == "A" ? "B" : "A"
            return "/c/" + String(changed)
        }
        forged += ["/c/" + own.dropFirst(3), "/u/" + path.dropFirst(3), "/c/x"]
        for (method, body) in [("GET", nil), ("HEAD", nil), ("POST", "confirm=yes")] {
            let fields = [("Content-Type", "application/x-www-form-urlencoded")]
            let missing = try gateway.client.send(
                method, "/u/unknown", fields, body: body.map { Array($0.utf8) })
            #expect(missing.status == 404)
            for path in forged {
                let answer = try gateway.client.send(method, path, fields, body: body.map { Array($0.utf8) })
                #expect(answer.comparable == missing.comparable, "\(method) \(path)")
            }
        }
        #expect(try gateway.ledgerCount() == 1)
    }
}
