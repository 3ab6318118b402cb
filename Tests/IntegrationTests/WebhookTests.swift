// A dealership's webhook from its file to its receiver, as an operator sets it up, and Standard Webhooks' own library as the judge of what arrives.
// `make test` installs it from PyPI.

import Foundation
import Support
import Testing

@Suite("Webhooks")
struct WebhookTests {
    private static let reaching = "webhooks: { allowLoopback: true },"

    private func put(_ url: String, in home: TestHome) throws {
        let example = try RepositoryFolder.text(of: "Outbox/examples/dealership.json")
        let hook = #""webhooks": [{ "id": "dms", "url": "\#(url)", "types": ["message.*", "contact.*"] }],"#
        try home.write(
            "dealership.json", example.replacingOccurrences(of: #""kind""#, with: hook + #" "kind""#))
        try home.succeed(["dealership", "put", "\(home.path)/dealership.json"])
    }

    private func secret(_ home: TestHome) throws -> String {
        try home.succeed(["webhook", "secret", TestHome.dealership, "dms"]).lines[0]
    }

    /// What the library says of requests: `ok`, or the reason for which it refuses one.
    private func judge(_ requests: [ReceivedRequest], _ secret: String) throws -> [String] {
        let folder = try TestFolder()
        let documents = requests.map { request -> [String: Any] in
            [
                "body": request.text,
                "headers": Dictionary(
                    request.fields.map { ($0.name.lowercased(), $0.value) },
                    uniquingKeysWith: { first, _ in first }),
            ]
        }
        try JSONSerialization.data(withJSONObject: documents).write(
            to: URL(fileURLWithPath: folder.path + "/requests.json"))
        try folder.write(
            "judge.py",
            """
            import json, sys
            from standardwebhooks import Webhook
            for request in json.load(open(sys.argv[1])):
                try:
                    Webhook(sys.argv[2]).verify(request["body"], request["headers"])
                    print("ok")
                except Exception as error:
                    print(type(error).__name__)
            """)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: RepositoryFolder.path + "/.build/judges/bin/python")
        process.arguments = [folder.path + "/judge.py", folder.path + "/requests.json", secret]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").map(String.init)
    }

    /// The same request with another value of one field, or another body.
    private func altered(_ request: ReceivedRequest, _ field: String? = nil, to value: String)
        -> ReceivedRequest
    {
        ReceivedRequest(
            line: request.line,
            fields: request.fields.map { $0.name.lowercased() == field ? ($0.name, value) : $0 },
            body: field == nil ? Array(value.utf8) : request.body)
    }

    @Test func theSpecificationsLibraryTakesWhatArrives() throws {
        let receiver = HTTPReceiver()
        let home = try TestHome(settings: Self.reaching)
        try put(receiver.url, in: home)
        let secret = try secret(home)
        let gateway = try home.serve()
        let key = try home.key()
        let sent = try #require(try gateway.accept(SampleMessage("zoe@example.com"), key: key)["id"].string)
        let request = try #require(try receiver.wait(for: 1).first)
        let event = try JSONDocument(request.body)
        #expect(event["type"].string == "message.sent" && event["data"]["message"].string == sent)
        #expect(event["data"]["reference"].string == SampleMessage("zoe@example.com").reference)
        #expect(!request.text.contains("@"))
        let feed = try gateway.client.send("GET", "/v1/events", [("Authorization", "Bearer \(key)")])
        let data = try #require(request.text.range(of: #""data":"#)?.upperBound)
        #expect(feed.text.contains(request.text[data...].dropLast()), "the same event, both ways")

        let stamp = try #require(request["webhook-timestamp"].flatMap(Int.init))
        let verdicts = try judge(
            [
                request, altered(request, to: request.text.replacing("message.sent", with: "message.gone")),
                altered(request, to: request.text + " "),
                altered(request, "webhook-id", to: "evt_1_garage-nord"),
                altered(request, "webhook-timestamp", to: "\(stamp + 1)"),
                altered(request, "webhook-timestamp", to: "\(stamp - 600)"),
                altered(request, "webhook-signature", to: "v1,AAAA"),
            ], secret)
        #expect(verdicts == ["ok"] + [String](repeating: "WebhookVerificationError", count: 6))
        let other = "whsec_" + Data(repeating: 1, count: 32).base64EncodedString()
        #expect(try judge([request], other) == ["WebhookVerificationError"])
        // Nothing that signs stands in the store or the log.
        let bytes = try #require(Data(base64Encoded: String(secret.dropFirst(6))))
        for name in ["relais.sqlite", "relais.sqlite-wal"] {
            let file = try Data(contentsOf: URL(fileURLWithPath: "\(home.path)/data/\(name)"))
            #expect(file.range(of: bytes) == nil && file.range(of: Data(secret.utf8)) == nil)
        }
        #expect(!gateway.logText.contains(secret))
    }

    @Test func whileKeysRotateBothSecretsVerify() throws {
        let receiver = HTTPReceiver()
        let home = try TestHome(settings: Self.reaching)
        try put(receiver.url, in: home)
        let old = try secret(home)
        let file = URL(fileURLWithPath: home.path + "/secret.key")
        let keys = try String(contentsOf: file, encoding: .utf8)
        let list = try #require(keys.range(of: #""webhooks": ["#)?.upperBound)
        let end = try #require(keys.range(of: "]", range: list..<keys.endIndex)?.lowerBound)
        let newKey = #", { "id": 2, "key": "\#(String(repeating: "ab", count: 32))" }"#
        try home.write("secret.key", keys.replacingCharacters(in: end..<end, with: newKey))
        let new = try secret(home)
        #expect(new != old)
        let gateway = try home.serve()
        _ = try gateway.accept(SampleMessage("zoe@example.com"), key: home.key())
        let request = try #require(try receiver.wait(for: 1).first)
        #expect(try judge([request], old) == ["ok"] && judge([request], new) == ["ok"])
    }

    @Test func thisMachineIsNotReachedUnlessItIsSaid() throws {
        let receiver = HTTPReceiver()
        let home = try TestHome()
        try put(receiver.url, in: home)
        let gateway = try home.serve()
        _ = try gateway.accept(SampleMessage("zoe@example.com"), key: home.key())
        try gateway.waitForLog("webhook-failed")
        #expect(receiver.connectionCount == 0)
        let listed = try Patience.wait(atMostSeconds: 60) {
            let listed = try home.succeed(["webhook", "list", "--json"]).document()
            return listed["lastStatus"].isNull ? nil : listed
        }
        #expect(listed?["lastStatus"].string == "address" && listed?["waiting"].integer == 1)
    }

    @Test func whatWaitsGoesOnAfterARestartAndIsSentAgainByHand() throws {
        let receiver = HTTPReceiver { number, _ in HTTPReceiver.answer(number == 1 ? 410 : 204) }
        let home = try TestHome(settings: Self.reaching)
        try put(receiver.url, in: home)
        _ = try home.send(SampleMessage("zoe@example.com").bytes)
        try home.succeed(["deliver", "--drain"])
        #expect(receiver.requests.isEmpty, "only a serving gateway sends webhooks")
        let gateway = try home.serve()
        _ = try receiver.wait(for: 1)
        try gateway.waitForLog("webhook-disabled")
        #expect(
            try home.run(["webhook", "replay", TestHome.dealership, "dms", "--since", "2026-01-01T00:00:00Z"])
                .status == 65)
        try home.succeed(["webhook", "enable", TestHome.dealership, "dms"])
        _ = try receiver.wait(for: 2)
        let replayed = try home.succeed([
            "webhook", "replay", TestHome.dealership, "dms", "--since", "2026-01-01T00:00:00Z", "--json",
        ]).document()
        #expect(replayed["events"].integer == 1)
        let requests = try receiver.wait(for: 3)
        #expect(Set(requests.map { $0["webhook-id"] }).count == 1, "one id, however often")
        #expect(try home.run(["webhook", "secret", TestHome.dealership, "nobody"]).status == 66)
        #expect(try home.run(["webhook", "secret", TestHome.dealership]).status == 64)
    }

    @Test func theOperatorIsToldOfAProviderThatStopped() throws {
        let receiver = HTTPReceiver()
        let server = ScriptedSMTPServer { step, _, _ in
            step == .mail ? .reply("530 5.7.0 Authentication required") : nil
        }
        defer { server.stop() }
        let home = try TestHome(
            provider: TestHome.relay(server.port), settings: #"alerts: { webhook: "\#(receiver.url)" },"#)
        let gateway = try home.serve()
        _ = try gateway.accept(SampleMessage("zoe@example.com"), key: home.key())
        let request = try #require(try receiver.wait(for: 1).first)
        let alert = try JSONDocument(request.body)
        #expect(alert["type"].string == "provider.stopped")
        #expect(alert["data"]["subjects"][0].string == "main")
        let secret = try home.succeed(["webhook", "secret", "--alerts"]).lines[0]
        #expect(try judge([request], secret) == ["ok"])
    }
}
