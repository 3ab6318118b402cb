// Nothing personal and nothing secret in a log or on standard error (reliability P26): unique marks in every field of the input, through
// acceptance, refusal, delivery, rejection and unsubscribing; then the log is searched for each of them.

import Foundation
import Support
import Testing

@Suite struct CanaryTests {
    /// A mark that stands nowhere else, one for each field.
    private static let marks = [
        "zmark01", "zmark02", "zmark03", "zmark04", "zmark05", "zmark06", "zmark07", "zmark08", "zmark09",
        "zmark10",
        "zmark11", "zmark12", "zmark13", "zmark14", "zmark15", "zmark16",
    ]

    private var message: [UInt8] {
        var message = SampleMessage("zmark01@example.com", customer: "zmark02")
        message.name = "zmark03"
        message.phone = "+352621987654"
        message.note = "zmark04"
        message.more = [
            "advisor": ["name": "zmark05", "email": "zmark06@example.com", "phone": "+352621987653"],
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

    @Test func noLogHoldsWhatAMessageHeld() throws {
        let server = ScriptedSMTPServer { step, connection, message in
            switch (step, connection, message) {
            case (.ehlo, _, _): .reply("250-script.test\r\n250 AUTH PLAIN")
            case (.rcpt, _, 1):
                .reply("450 4.2.1 <zmark01@example.com> ZMARK01@EXAMPLE.COM is busy, says zmark01")
            case (.rcpt, _, 2): .reply("550 5.1.1 zmark01@example.com unknown")
            case (.dot, _, _): .replyAndClose("554 5.6.0 refused for zmark01@example.com")
            default: nil
            }
        }
        defer { server.stop() }
        let password = "zmark-password"
        let home = try TestHome(
            provider: TestHome.relay(server.port, #"username: "gw", password: "\#(password)","#))
        let key = try home.key()
        let gateway = try home.serve()
        var ids: [String] = []
        for _ in 1...3 {
            let answer = try gateway.client.post(message: message, key: key)
            #expect(answer.status == 202, "\(answer.text)")
            ids.append(try #require(try answer.json()["id"].string))
        }
        // Refused ones: each mark where it may not be.
        for mark in Self.marks {
            for broken in [
                "{\"\(mark)\": 1}", "{\"to\": {\"email\": \"\(mark)\"}}", mark, "{\"template\": \"\(mark)\"}",
            ] {
                let answer = try gateway.client.post(message: Array(broken.utf8), key: key)
                #expect([400, 422].contains(answer.status))
            }
            _ = try gateway.client.send(
                "GET", "/u/\(mark)?\(mark)", [("Cookie", mark), ("User-Agent", mark)])
            _ = try gateway.client.send("GET", "/v1/messages/\(mark)", [("Authorization", "Bearer \(mark)")])
        }
        let link = try Mail.unsubscribePath(home.content(ids[0]))
        _ = try gateway.client.send(
            "POST", link, [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array("List-Unsubscribe=One-Click".utf8))
        let ended = try Patience.wait {
            try home.messages().allSatisfy {
                !$0["attempts"].elements.isEmpty || $0["state"].string == "blocked"
            }
                ? true : nil
        }
        #expect(ended == true)
        #expect(try gateway.stop() == 0)
        try search(gateway.logText + commandErrors(home), for: [key, password, String(link.dropFirst(3))])
        for view in try home.messages() {
            for attempt in view["attempts"].elements {
                #expect(attempt["reply"].string?.lowercased().contains("zmark01@") != true)
            }
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
        #expect(
            text.contains("gateway-started") && text.contains("attempt-"), "there is something to search in")
        let lower = text.lowercased()
        for secret in Self.marks + ["621987654", "621987653"] + secrets {
            #expect(!lower.contains(secret.lowercased()), "\(secret) in:\n\(text)")
        }
    }
}
