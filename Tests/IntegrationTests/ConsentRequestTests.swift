// `POST /v1/consents` and `/v1/consents/query`: what a dealership's system says of a person is in the ledger, acts at once, and is there
// once; what no ledger could use is refused with its place.

import Foundation
import Support
import Testing

@Suite struct ConsentRequestTests {
    private let home: TestHome
    private let key: String
    private let gateway: RelaisGateway
    private static let notice = [
        "version": "2026-03", "language": "fr", "text": "J’accepte la lettre d’information.",
    ]
    private static let sale = ["reference": "F-2026-88", "date": "2026-11-20"]

    init() throws {
        home = try TestHome()
        key = try home.key("send,read,consent")
        gateway = try home.serve()
    }

    private func post(
        _ members: [String: Any], to path: String = "/v1/consents", key: String? = nil
    ) throws -> HTTPAnswer {
        let json = try JSONSerialization.data(withJSONObject: members)
        return try post(String(decoding: json, as: UTF8.self), to: path, key: key)
    }

    private func post(
        _ json: String, to path: String = "/v1/consents", key: String? = nil
    ) throws -> HTTPAnswer {
        try gateway.client.send(
            "POST", path,
            [("Authorization", "Bearer \(key ?? self.key)"), ("Content-Type", "application/json")],
            body: Array(json.utf8))
    }

    private func blocked(_ email: String, customer: String? = nil) throws -> String? {
        try gateway.accept(SampleMessage(email, customer: customer), key: key)["reason"]["code"].string
    }

    @Test func whatIsSaidIsInTheLedgerAndActsAtOnce() throws {
        let objection: [String: Any] = [
            "email": "Zoe@Example.LU", "phone": "+352 621 123 456", "customer": "K-1", "event": "objected",
            "scope": "all", "method": "phone", "occurredAt": "2026-11-20T10:00:00Z", "evidence": "call 17",
        ]
        let first = try post(objection)
        #expect(first.status == 201, "\(first.text)")
        let entry = try first.json()
        #expect(entry["event"].string == "objected" && entry["scope"].string == "all")
        #expect(entry["method"].string == "phone" && entry["actor"].string?.hasPrefix("key_") == true)
        #expect(entry["occurredAt"].string == "2026-11-20T10:00:00.000Z" && !entry["evidenceDigest"].isNull)
        #expect(!first.text.lowercased().contains("zoe") && !first.text.contains("621123456"))
        #expect(try home.ledgerCount() == 3, "under each of the three references")
        // Verifiable offline, and of this entry.
        try home.write("receipt.jws", try #require(entry["receipt"].string))
        let verified = try home.succeed([
            "consent", "receipt", "--verify", "\(home.path)/receipt.jws", "--json",
        ])
        let payload = try verified.document()["payload"]
        #expect(payload["header"]["id"].string == entry["id"].string)
        let issued = try home.succeed([
            "consent", "receipt", "--entry", try #require(entry["id"].string), "--json",
        ])
        let (told, kept) = (payload["event"], try issued.document()["payload"]["event"])
        for name in ["event", "state", "occurredAt", "recordedAt", "method", "actor", "evidenceDigest"] {
            #expect(told[name].string == kept[name].string, "\(name)")
        }
        #expect(told["ledger"]["seq"].integer == 1)
        let hash = kept["ledger"]["hash"].string
        #expect(hash != nil && told["ledger"]["hash"].string == hash)
        #expect(payload["party"]["controller"]["legalName"].string == "Garage du Nord S.à r.l.")
        let again = try post(objection)
        #expect(again.status == 200)
        #expect(try again.json()["id"].string == entry["id"].string)
        #expect(try again.json()["receipt"].isNull)
        #expect(try home.ledgerCount() == 3)
        #expect(try blocked("zoe@example.lu") == "objected")
        #expect(try blocked("new@example.lu", customer: "K-1") == "objected")
        let shown = try home.succeed([
            "consent", "show", "--entry", try #require(entry["id"].string), "--json",
        ]).document()
        #expect(shown["blocks"].elements.map { $0["id"].string } == [entry["id"].string])
        for name in entry.names where name != "receipt" {
            #expect(shown["entries"][0][name].string == entry[name].string, "\(name)")
        }
        let lifted = try post([
            "email": "zoe@example.lu", "phone": "+352621123456", "customer": "K-1", "event": "lifted",
            "scope": "all", "method": "paper",
        ])
        #expect(lifted.status == 201)
        #expect(try home.ledgerCount() == 6, "each by itself")
        #expect(try blocked("zoe@example.lu", customer: "K-1") == nil)
        #expect(try gateway.stop() == 0)
    }

    @Test func aPurposeIsObjectedToUnderEveryAddressThatIsNamed() throws {
        let said: [String: Any] = [
            "email": "a@example.lu", "phone": "+352621123456", "event": "objected", "scope": "reminder",
        ]
        #expect(try post(said).status == 201)
        for person in [["email": "a@example.lu"], ["phone": "+352621123456"]] {
            let shown = try post(person, to: "/v1/consents/query").json()
            #expect(shown["standing"].elements.map { $0["scope"].string } == ["reminder"])
        }
        #expect(try gateway.stop() == 0)
    }

    @Test func consentNeedsItsNoticeAndASoftOptInItsSale() throws {
        let given: [String: Any] = [
            "email": "a@example.lu", "event": "given", "scope": "newsletter", "channel": "email",
            "method": "paper", "notice": Self.notice,
        ]
        let unproved = try post(given.filter { $0.key != "notice" })
        #expect(try unproved.status == 422 && unproved.json()["errors"][0]["pointer"].string == "/notice")
        let consent = try post(given)
        #expect(try consent.status == 201 && consent.json()["blockedBy"].elements.isEmpty)
        let block = try post(["email": "c@example.lu", "event": "withdrawn", "scope": "marketing"])
        let stopped = try post(
            given.merging(["email": "c@example.lu", "scope": "marketing", "method": "api"]) { $1 })
        #expect(
            try stopped.json()["blockedBy"].elements.map(\.string) == [block.json()["id"].string],
            "\(stopped.text)")
        #expect(try stopped.status == 201 && block.json()["blockedBy"].isNull)
        let text = try #require(Self.notice["text"])
        #expect(
            try consent.json()["noticeDigest"].string == "sha256:" + sha256(text))
        let soft: [String: Any] = [
            "email": "b@example.lu", "event": "soft-opt-in", "scope": "marketing", "channel": "email",
            "notice": Self.notice, "sale": Self.sale, "entity": "Garage du Nord S.à r.l.",
        ]
        let taken = try post(soft)
        #expect(taken.status == 201, "\(taken.text)")
        #expect(try !taken.json()["evidenceDigest"].isNull)
        for (name, replacement, pointer) in [
            ("sale", nil, "/sale"), ("entity", nil, "/entity"), ("notice", nil, "/notice"),
            ("entity", "Groupe Nord Holding S.A.", "/entity"), ("channel", nil, "/channel"),
            ("scope", "all", "/scope"),
        ] as [(String, String?, String)] {
            var request = soft
            request["email"] = "c@example.lu"
            request[name] = replacement
            let refused = try post(request)
            #expect(refused.status == 422, "\(name): \(refused.text)")
            #expect(try refused.json()["errors"][0]["pointer"].string == pointer, "\(refused.text)")
        }
        let history = try post(["email": "b@example.lu"], to: "/v1/consents/query").json()
        #expect(history["standing"].elements.map { $0["event"].string } == ["soft-opt-in"])
        #expect(try home.ledgerCount() == 4)
        #expect(try gateway.stop() == 0)
    }

    /// coreutils are the judge of the digest.
    private func sha256(_ text: String) throws -> String {
        try home.write("notice.txt", text)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
        process.arguments = ["\(home.path)/notice.txt"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        process.waitUntilExit()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        return String(decoding: output.prefix(64), as: UTF8.self)
    }

    /// What, its pointer, and the members beside an address that no answer may repeat.
    private static let refused: [(what: String, pointer: String, members: String)] = [
        ("no event", "/event", #""scope": "all""#),
        ("unknown event", "/event", #""event": "q7x4", "scope": "all""#),
        ("the gateway's own", "/event", #""event": "erased", "scope": "all""#),
        ("no scope", "/scope", #""event": "objected""#),
        ("unknown purpose", "/scope", #""event": "objected", "scope": "offres""#),
        ("channel missing", "/channel", #""event": "given", "scope": "newsletter""#),
        (
            "another address's channel", "/channel",
            #""event": "objected", "scope": "channel", "channel": "sms""#
        ),
        ("bare API", "/method", #""event": "lifted", "scope": "all""#),
        (
            "ahead", "/occurredAt",
            #""event": "objected", "scope": "all", "occurredAt": "2100-01-01T00:00:00Z""#
        ),
        ("unknown field", "/colour", #""event": "objected", "scope": "all", "colour": 1"#),
        (
            "unknown inner field", "/notice/colour",
            #""event": "given", "scope": "newsletter", "channel": "email", "#
                + #""notice": { "version": "1", "language": "fr", "text": "x", "colour": 1 }"#
        ),
        (
            "a sale of nothing", "/sale",
            #""event": "objected", "scope": "all", "sale": { "reference": "1", "date": "2026-11-20" }"#
        ),
        (
            "a sale ahead", "/sale/date",
            #""event": "soft-opt-in", "scope": "marketing", "sale": { "reference": "1", "date": "2100-01-01" }"#
        ),
        (
            "no day", "/sale/date",
            #""event": "soft-opt-in", "scope": "marketing", "sale": { "reference": "1", "date": "2026-02-30" }"#
        ),
        ("one-click", "/method", #""event": "objected", "scope": "all", "method": "one-click""#),
        ("sms-keyword", "/method", #""event": "objected", "scope": "all", "method": "sms-keyword""#),
        ("operator", "/method", #""event": "objected", "scope": "all", "method": "operator""#),
        ("feedback-loop", "/method", #""event": "objected", "scope": "all", "method": "feedback-loop""#),
        ("dsn", "/method", #""event": "objected", "scope": "all", "method": "dsn""#),
        ("import", "/method", #""event": "objected", "scope": "all", "method": "import""#),
    ]

    @Test func anEventWithOneScopeNeedsNone() throws {
        for (event, scope) in [
            ("complained", "marketing"), ("misdirected", "channel"), ("restricted", "all"),
        ] {
            let answer = try post(["email": "only@example.lu", "event": event])
            #expect(try answer.status == 201 && answer.json()["scope"].string == scope, "\(answer.text)")
        }
    }

    @Test func whatNoLedgerCouldUseIsRefusedWithItsPlace() throws {
        for (what, pointer, members) in Self.refused {
            let answer = try post(#"{ "email": "q7x4@example.lu", \#(members) }"#)
            #expect(answer.status == 422, "\(what): \(answer.text)")
            #expect(try answer.json()["errors"][0]["pointer"].string == pointer, "\(what): \(answer.text)")
            #expect(!answer.text.contains("q7x4"), "\(what)")
        }
        for body in [
            #"{ "event": "objected", "scope": "all" }"#,
            #"{ "customer": "q7x4", "event": "given", "scope": "newsletter", "channel": "email" }"#,
        ] {
            let nobody = try post(body)
            #expect(try nobody.status == 422 && nobody.json()["errors"][0]["pointer"].string == "")
        }
        #expect(
            try post(["email": "a@example.lu", "event": "lifted", "scope": "all", "method": "paper"]).status
                == 409)
        #expect(try post(["email": "a@example.lu", "x": 1], to: "/v1/consents/query").status == 422)
        #expect(try post([:], to: "/v1/consents/query").status == 422)
        let plain = try gateway.client.send(
            "POST", "/v1/consents", [("Authorization", "Bearer \(key)")], body: Array("{}".utf8))
        #expect(plain.status == 415)
        #expect(try home.ledgerCount() == 0)
        #expect(!gateway.logText.contains("q7x4"))
        #expect(try gateway.stop() == 0)
    }

    @Test func onlyTheScopeConsentMayAndOnlyForItsOwnDealership() throws {
        try home.putDealership("garage-sud")
        let said: [String: Any] = ["email": "a@example.lu", "event": "objected", "scope": "all"]
        for scope in ["send", "read", "rights", "admin"] {
            let key = try home.key(scope)
            #expect(try post(said, key: key).status == 403)
            #expect(try post(["email": "a@example.lu"], to: "/v1/consents/query", key: key).status == 403)
        }
        #expect(try post(said, key: home.key("consent", dealership: "garage-sud")).status == 201)
        #expect(
            try post(["email": "a@example.lu"], to: "/v1/consents/query").json()["entries"].elements.isEmpty)
        #expect(try blocked("a@example.lu") == nil)
        #expect(try gateway.stop() == 0)
    }
}
