// Nothing personal and nothing secret in a log or on standard error (reliability P26), at its most talkative and in both of its forms: unique marks in
// every field of the input, through everything that a gateway does; then the log is searched for each of them, as it is and in base64.

import Foundation
import Support
import Testing

@Suite struct CanaryTests {
    /// A mark that stands nowhere else, one for each field.
    private static let marks = (1...32).map { "zmark" + ($0 < 10 ? "0" : "") + "\($0)" }
    private static let phones = ["621987654", "621987653", "621987652"]

    private var message: [UInt8] {
        var message = SampleMessage("zmark01@example.com", customer: "zmark02")
        message.name = "zmark03"
        message.phone = "+352621987654"
        message.note = "zmark04"
        message.more = [
            "advisor": ["name": "zmark05", "email": "zmark06@example.com", "phone": "+352621987653"],
            "coalesceKey": "zmark17",
            "intervention": [
                "reference": "zmark07",
                "vehicle": ["make": "zmark08", "model": "zmark09", "plate": "zmark10"],
                "media": [
                    ["kind": "photo", "title": "zmark11", "url": "https://media.example.lu/zmark12.jpg"]
                ],
                "quote": [
                    "currency": "EUR", "lines": [["label": "zmark13", "amount": "1.00"]], "total": "1.00",
                    "approvalURL": "https://app.example.lu/zmark14",
                ],
                "attachments": [["name": "zmark15", "url": "https://media.example.lu/zmark16.pdf"]],
            ],
        ]
        return message.bytes
    }

    private func relay() -> ScriptedSMTPServer {
        ScriptedSMTPServer { step, connection, message in
            switch (step, connection, message) {
            case (.ehlo, _, _): .reply("250-script.test\r\n250 AUTH PLAIN")
            case (.rcpt, _, 1):
                .reply("450 4.2.1 <zmark01@example.com> ZMARK01@EXAMPLE.COM is busy, says zmark01")
            case (.rcpt, _, 2): .reply("550 5.1.1 zmark01@example.com unknown")
            case (.dot, _, _): .replyAndClose("554 5.6.0 refused for zmark01@example.com")
            default: nil
            }
        }
    }

    @Test(arguments: ["text", "json"])
    func noLogHoldsWhatCameIn(_ format: String) throws {
        let server = relay()
        defer { server.stop() }
        let receiver = HTTPReceiver { _, _ in HTTPReceiver.answer(500, "X-Reason: zmark18\r\n") }
        let password = "zmark-password"
        let home = try TestHome(
            provider: TestHome.relay(server.port, #"username: "gw", password: "\#(password)","#),
            settings: """
                log: { format: "\(format)", level: "debug" }, webhooks: { allowLoopback: true },
                recipients: { allow: ["zmark01@example.com", "zmark19@example.com"] },
                """)
        try put(receiver.url + "/zmark20?zmark21", in: home)
        let keys = try ["send,read,consent,rights", "admin"].map { try home.key($0) }
        let gateway = try home.serve()
        let ids = try accept(gateway, keys[0])
        try refuse(gateway, keys[0])
        let tokens = try open(ids, gateway, home)
        // What is erased before it was tried says nothing of what a provider's refusal leaves behind.
        try gateway.waitForLog("attempt-")
        try exerciseRights(gateway, keys[0])
        let record = try gateway.client.send(
            "GET", "/v1/dealerships/" + TestHome.dealership, [("Authorization", "Bearer \(keys[1])")])
        #expect(record.status == 200 && record.text.contains("zmark20"))
        let ended = try Patience.wait(atMostSeconds: 60) {
            try home.messages().allSatisfy {
                !$0["attempts"].elements.isEmpty || ["blocked", "cancelled"].contains($0["state"].string)
            }
                ? true : nil
        }
        #expect(ended == true)
        try gateway.waitForLog("webhook-failed")
        #expect(try gateway.stop() == 0)
        let secret = try home.succeed(["webhook", "secret", TestHome.dealership, "dms"]).lines[0]
        let log = gateway.logText
        for part in ["gateway-started", "attempt-", "request-refused", "/u/{token}", TestHome.dealership] {
            #expect(log.contains(part), "there is something to search in: \(part)")
        }
        if format == "json" {
            for line in log.split(separator: "\n") {
                #expect(throws: Never.self, "\(line)") { try JSONDocument(Array(line.utf8)) }
            }
        }
        let keySecrets = keys.map { String($0.split(separator: "_")[2]) }
        try search(log + commandErrors(home), for: keys + keySecrets + tokens + [password, secret])
        for view in try home.messages() {
            for attempt in view["attempts"].elements {
                #expect(attempt["reply"].string?.lowercased().contains("zmark01@") != true)
            }
        }
    }

    private func put(_ url: String, in home: TestHome) throws {
        let example = try RepositoryFolder.text(of: "Outbox/examples/dealership.json")
        let hook = #""webhooks": [{ "id": "dms", "url": "\#(url)", "types": ["message.*", "contact.*"] }],"#
        try home.write("dealership.json", example.replacing(#""kind""#, with: hook + #" "kind""#))
        try home.succeed(["dealership", "put", "\(home.path)/dealership.json"])
    }

    private func accept(_ gateway: RelaisGateway, _ key: String) throws -> [String] {
        try (1...3).map { number in
            let answer = try gateway.client.post(
                message: message, key: key, [("Idempotency-Key", "zmark22-\(number)")])
            #expect(answer.status == 202, "\(answer.text)")
            return try #require(try answer.json()["id"].string)
        }
    }

    /// Each mark where it may not be.
    private func refuse(_ gateway: RelaisGateway, _ key: String) throws {
        let bearer = ("Authorization", "Bearer \(key)")
        for mark in Self.marks {
            for broken in [
                "{\"\(mark)\": 1}", "{\"to\": {\"email\": \"\(mark)\"}}", mark, "{\"template\": \"\(mark)\"}",
            ] {
                let answer = try gateway.client.post(message: Array(broken.utf8), key: key)
                #expect([400, 422].contains(answer.status))
            }
            for path in ["/u/\(mark)?\(mark)", "/c/\(mark)", "/m/\(mark)", "/\(mark)", "/hooks/x/\(mark)"] {
                _ = try gateway.client.send(
                    "GET", path,
                    [("Cookie", mark), ("User-Agent", mark), ("X-Request-Id", mark), ("Forwarded", mark)])
            }
            _ = try gateway.client.send("GET", "/v1/messages/\(mark)", [("Authorization", "Bearer \(mark)")])
            _ = try gateway.client.send("GET", "/v1/messages?cursor=\(mark)&contact=\(mark)", [bearer])
            _ = try gateway.client.send(mark, "/v1/messages/\(mark)", [bearer])
            // The server's own refusals: a header that it does not take.
            _ = try gateway.client.exchange(Array("GET /\(mark) HTTP/1.1\r\n\(mark): \(mark)\r\n\r\n".utf8))
        }
    }

    /// Previews, pages, a one-click; the tokens.
    private func open(_ ids: [String], _ gateway: RelaisGateway, _ home: TestHome) throws -> [String] {
        let key = try home.key()
        let preview = try gateway.client.send(
            "POST", "/v1/messages/preview",
            [("Authorization", "Bearer \(key)"), ("Content-Type", "application/json")], body: message)
        #expect(preview.status == 200 && preview.text.contains("zmark04"))
        let page = try Mail.pagePath(home.content(ids[0]))
        let browser = [
            ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"), ("Accept-Language", "zmark23"),
            ("User-Agent", "Mozilla/5.0 zmark24"), ("Referer", "https://zmark25.example"),
        ]
        #expect(try gateway.client.send("GET", page, browser).text.contains("zmark13"))
        let link = try Mail.unsubscribePath(home.content(ids[0]))
        #expect(try gateway.client.send("GET", link, browser).status == 200)
        let form = [("Content-Type", "application/x-www-form-urlencoded")]
        #expect(
            try gateway.client.send("POST", link, form, body: Array("zmark26=zmark26".utf8)).status >= 400)
        let oneClick = try gateway.client.send(
            "POST", link, form, body: Array("List-Unsubscribe=One-Click".utf8))
        #expect(oneClick.status == 200)
        return [key, String(page.dropFirst(3)), String(link.dropFirst(3))]
    }

    private func exerciseRights(_ gateway: RelaisGateway, _ key: String) throws {
        let fields = [("Authorization", "Bearer \(key)"), ("Content-Type", "application/json")]
        let person = #""email": "zmark19@example.com", "phone": "+352621987652", "customer": "zmark27""#
        for (path, body, status) in [
            (
                "/v1/consents",
                """
                { \(person), "event": "given", "channel": "email", "scope": "newsletter", "method": "paper",
                  "evidence": "zmark28", "notice": { "version": "zmark29", "language": "en", "text": "zmark30" } }
                """, 201
            ), ("/v1/consents/query", "{ \(person) }", 200), ("/v1/contacts/export", "{ \(person) }", 200),
            (
                "/v1/contacts/rectify",
                """
                { "email": "zmark19@example.com", "toEmail": "zmark31@example.com", "reason": "changed",
                  "evidence": "zmark32" }
                """, 200
            ), ("/v1/contacts/erase", "{ \(person) }", 200),
        ] {
            let answer = try gateway.client.send("POST", path, fields, body: Array(body.utf8))
            #expect(answer.status == status, "\(path): \(answer.text)")
        }
    }

    private func commandErrors(_ home: TestHome) throws -> String {
        let person = ["--dealership", TestHome.dealership, "--email", "zmark01@example.com"]
        let broken = Array("{\"zmark07\": \"zmark03\"}\n{\"to\": {\"email\": \"zmark01\"}}\n{zmark04".utf8)
        return try [
            home.run(["send", "--dealership", TestHome.dealership], input: broken),
            home.run(["consent", "show"] + person), home.run(["check"]), home.run(["outbox", "list"]),
            home.run(["consent", "record", "--event", "lifted", "--scope", "all"] + person),
            home.run(["consent", "record", "--event", "given", "--scope", "zmark13"] + person),
            home.run(["consent", "show", "--dealership", TestHome.dealership, "--email", "zmark01 zmark03"]),
            home.run(["deliver", "--drain", "--timeout", "1s"]),
        ].map(\.error).joined()
    }

    private func search(_ text: String, for secrets: [String]) throws {
        let lower = text.lowercased()
        for secret in Self.marks + Self.phones + secrets {
            #expect(!lower.contains(secret.lowercased()), "\(secret) in:\n\(text)")
            // Base64 of anything that holds it, at each of the three places in which it may begin.
            for shift in 0..<3 {
                let bytes = Data(repeating: 0, count: shift) + Data(secret.utf8)
                let coded = bytes.base64EncodedString().prefix(bytes.count * 8 / 6).dropFirst(
                    [0, 2, 3][shift])
                #expect(!text.contains(coded), "\(secret) as \(coded) in:\n\(text)")
            }
        }
    }
}
