// The page that shows how to add a provider is followed: the example that stands on it is read from it and used.

import Domain
import Foundation
import Support
import Testing

@testable import Providers

@Suite("Adding a provider, as its page says")
struct AddingOneTests {
    private static func account() throws -> ProviderAccount {
        let page = try RepositoryFolder.text(of: "Outbox/providers/README.md")
        let example = try #require(
            page.components(separatedBy: "<!-- example: courier.json -->\n```json5\n").dropFirst().first)
        let text = try #require(example.components(separatedBy: "\n```").first)
        let profile = try ProviderProfile(parsing: Array(text.utf8), name: "courier")
        #expect(profile.parameters.map(\.name) == ["key", "campaign"] && profile.parameters[0].isSecret)
        return try profile.account(baseURL: "https://api.courier.example", parameters: ["key": "k3y"])
    }

    @Test func itAsks() throws {
        let request = try Self.account().request(
            for: ShippedProfile.submission(text: "é"), now: ShippedProfile.now)
        #expect(request.method == "POST" && request.url == "https://api.courier.example/v2/sms")
        #expect(request["X-Api-Key"] == "k3y")
        let body = try JSONDocument(request.body)
        #expect(body.names == ["to", "from", "message", "ttl", "id"])
        #expect(body["to"][0].string == "+352621123456" && body["message"]["text"].string == "é")
        #expect(body["message"]["coding"].string == "unicode" && body["ttl"].integer == 172_800)
    }

    @Test func itReadsAnswers() throws {
        let account = try Self.account()
        for (status, body, expected) in [
            (200, #"{"state":"queued","courierId":"c-1"}"#, "accepted nil"),
            (200, #"{"state":"refused","reason":"unknown-number"}"#, "rejected recipient"),
            (200, #"{"state":"refused","reason":"stop-list"}"#, "rejected objected"),
            (200, #"{"state":"refused","reason":"else"}"#, "rejected refused"),
            (200, "{}", "unknown nil"), (401, "", "deferred configuration"), (500, "", "unknown nil"),
        ] {
            let answer = account.answer(
                status: status, retryAfter: nil, body: Array(body.utf8), recipient: "+352621123456")
            let verdict = answer.verdict
            #expect(
                "\(verdict.outcome.rawValue) \(verdict.refusal?.rawValue ?? "nil")" == expected, "\(body)")
            #expect(answer.providerReference == (status == 200 && body.contains("queued") ? "c-1" : nil))
            #expect(verdict.isObjection == body.contains("stop-list"))
            #expect(verdict.isRecipientFault == body.contains("unknown-number"))
        }
    }

    @Test func itReadsCallbacks() throws {
        let account = try Self.account()
        func events(_ body: String) throws -> [HookEvent] {
            try account.events(
                in: HookRequest(
                    method: "POST", url: "https://gw.example.com/hooks/courier/0", fields: [],
                    body: Array(body.utf8)),
                now: ShippedProfile.now
            ).events
        }
        #expect(
            try events(#"{"id":"msg_1","state":"delivered"}"#) == [
                .receipt(
                    HookReceipt(
                        messageReference: "msg_1", providerReference: nil, state: .delivered,
                        status: "delivered",
                        segments: nil))
            ])
        #expect(
            try events(#"{"from":"352621123456","to":"12345","text":"STOP"}"#) == [
                .inbound(
                    InboundText(from: "+352621123456", to: "12345", text: "STOP", providerReference: nil))
            ])
    }
}
