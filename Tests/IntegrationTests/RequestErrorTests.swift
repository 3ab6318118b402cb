// What the API refuses, and how: the status, the pointer, the code; nothing of a refused message is kept, and nothing that the
// caller sent comes back in the answer, because it may be somebody's address.

import Foundation
import Support
import Testing

@Suite struct RequestErrorTests {
    private static let canary = "canary.q7x4@secret-person.example"
    private static let base = SampleMessage(canary).bytes

    /// A body that is the sample message with one part replaced.
    private static func body(_ part: String, _ replacement: String) -> [UInt8] {
        let text = String(decoding: base, as: UTF8.self)
        let changed = text.replacingOccurrences(of: part, with: replacement)
        precondition(changed != text, part)
        return Array(changed.utf8)
    }

    private static func with(_ more: [String: Any]) -> [UInt8] {
        var message = SampleMessage(canary)
        message.more = more
        return message.bytes
    }

    private static var refused: [(what: String, pointer: String, code: String, body: [UInt8])] {
        let quote: [String: Any] = [
            "currency": "EUR", "lines": [["label": "x", "amount": canary]], "total": "1.00",
        ]
        func intervention(_ more: [String: Any]) -> [UInt8] {
            with(["intervention": ["reference": "WO-1", "vehicle": ["make": "x"]].merging(more) { $1 }])
        }
        return [
            ("unknown field", "/colour", "unknown-field", with(["colour": canary])),
            (
                "unknown inner field", "/to/mail", "unknown-field",
                with(["to": ["email": canary, "mail": canary]])
            ),
            ("unknown template", "/template", "unknown-template", with(["template": "no-such-kind"])),
            ("bad template name", "/template", "invalid-value", with(["template": "../" + canary])),
            ("no recipient", "/to", "missing", Self.body(#""to""#, #""for""#)),
            ("no address", "/to/email", "missing", with(["to": ["name": canary]])),
            (
                "bad address", "/to/email", "invalid-value",
                with(["to": ["email": canary + "\r\nBcc: a@b.example"]])
            ),
            (
                "two addresses", "/to/email", "invalid-value",
                with(["to": ["email": canary + ",b@example.com"]])
            ),
            (
                "bad phone", "/to/phone", "invalid-value",
                with(["to": ["email": canary, "phone": "0621 123"]])
            ),
            (
                "bad locale", "/to/locale", "invalid-value",
                with(["to": ["email": canary, "locale": "french"]])
            ),
            (
                "line break in a name", "/to/name", "invalid-value",
                with(["to": ["email": canary, "name": "a\nb"]])
            ),
            ("wrong type", "/to/email", "wrong-type", with(["to": ["email": 7]])),
            ("sms", "/channels/0", "not-supported", with(["channels": ["sms"]])),
            ("unknown channel", "/channels/0", "invalid-value", with(["channels": [canary]])),
            ("notBefore", "/notBefore", "invalid-value", with(["notBefore": "tomorrow"])),
            ("deliverBy", "/deliverBy", "invalid-value", with(["deliverBy": "2020-11-23T08:00:00Z"])),
            ("priority", "/priority", "invalid-value", with(["priority": "fast"])),
            ("coalesceKey", "/coalesceKey", "wrong-type", with(["coalesceKey": 7])),
            ("unknown advisor", "/advisor", "invalid-value", with(["advisor": "nobody"])),
            (
                "bad amount", "/intervention/quote/lines/0/amount", "invalid-value",
                intervention(["quote": quote])
            ),
            (
                "http media", "/intervention/media/0/url", "invalid-value",
                intervention(["media": [["kind": "photo", "url": "http://media.example.lu/a.jpg"]]])
            ),
            (
                "foreign media host", "/intervention/media/0/url", "invalid-value",
                intervention(["media": [["kind": "photo", "url": "https://evil.example/a.jpg"]]])
            ),
            (
                "unknown media kind", "/intervention/media/0/kind", "invalid-value",
                intervention(["media": [["kind": "hologram", "url": "https://media.example.lu/a.jpg"]]])
            ),
            (
                "missing variable", "/intervention/reference", "missing-variable",
                with(["intervention": [String: Any]()])
            ),
        ]
    }

    @Test func aRefusedMessageSaysWhereAndWhyAndLeavesNothing() throws {
        let home = try TestHome()
        let key = try home.key()
        let gateway = try home.serve()
        for (what, pointer, code, body) in Self.refused {
            let answer = try gateway.client.post(message: body, key: key)
            #expect(answer.status == 422, "\(what): \(answer.text)")
            #expect(answer["Content-Type"] == "application/problem+json")
            let problem = try answer.json()
            #expect(problem["status"].integer == 422)
            #expect(problem["errors"][0]["pointer"].string == pointer, "\(what): \(answer.text)")
            #expect(problem["errors"][0]["code"].string == code, "\(what): \(answer.text)")
            #expect(!(problem["errors"][0]["detail"].string ?? "").isEmpty)
            #expect(!answer.text.contains("q7x4") && !answer.text.contains("secret-person"), "\(what)")
        }
        #expect(try home.messages().isEmpty)
        #expect(!gateway.logText.contains("q7x4"))
        #expect(try gateway.stop() == 0)
    }

    @Test func aMissingVariableIsNamedWithTemplateAndLine() throws {
        let home = try TestHome()
        let key = try home.key()
        let gateway = try home.serve()
        let answer = try gateway.client.post(
            message: Examples.bytes("08-fr-missing-reference.json"), key: key)
        let error = try answer.json()["errors"][0]
        #expect(error["code"].string == "missing-variable")
        #expect(error["pointer"].string == "/intervention/reference")
        let detail = try #require(error["detail"].string)
        #expect(detail.contains("intervention.reference"), "\(detail)")
        let place = try #require(
            detail.firstMatch(of: #/([a-z\-\/.]+), line (\d+)/#), "\(detail)")
        let file = try String(
            contentsOfFile: Relais.repository + "/Templates/" + place.output.1, encoding: .utf8)
        let line = file.components(separatedBy: "\n")[try #require(Int(place.output.2)) - 1]
        #expect(line.contains("intervention.reference"), "the line that is named has the variable: \(line)")
        #expect(try home.messages().isEmpty)
    }

    @Test(arguments: [
        "", "{", "[]", "null", "7", #"{"template":}"#, #"{"a":1,"a":2}"#, #"{"to":"\ud800"}"#,
        "{'template':'x'}",
        #"{"template":"x",}"#, "\u{FEFF}{}", #"{"a":1} {"b":2}"#, String(repeating: "[", count: 5000),

    ])
    func whatIsNotAJSONObjectIsRefused(body: String) throws {
        let home = try TestHome()
        let key = try home.key()
        let gateway = try home.serve()
        let answer = try gateway.client.post(message: Array(body.utf8), key: key)
        let isValueOfAnotherType = ["[]", "null", "7"].contains(body)
        #expect(answer.status == (isValueOfAnotherType ? 422 : 400), "\(answer.text)")
        #expect(answer["Content-Type"] == "application/problem+json")
        #expect(try home.messages().isEmpty)
    }

    @Test func malformedJSONIs400WithItsPlace() throws {
        let home = try TestHome()
        let key = try home.key()
        let gateway = try home.serve()
        let answer = try gateway.client.post(message: Array("{\n  \"to\": \(Self.canary)\n}".utf8), key: key)
        #expect(answer.status == 400)
        #expect(try answer.json()["detail"].string?.contains("line 2") == true, "\(answer.text)")
        #expect(!answer.text.contains("q7x4"))
        let invalid = try gateway.client.post(
            message: Array(#"{"a":""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8), key: key)
        #expect(invalid.status == 400)
    }

    @Test func whatIsAskedInAWrongWayIsAnsweredWithItsOwnStatus() throws {
        let home = try TestHome()
        let key = try home.key()
        let gateway = try home.serve()
        let bearer = ("Authorization", "Bearer \(key)")
        let json = ("Content-Type", "application/json")
        let ok = Self.base
        typealias Case = (
            status: Int, method: String, path: String, fields: [(String, String)], body: [UInt8]?
        )
        let cases: [Case] = [
            (404, "POST", "/v1/message", [bearer, json], ok),
            (404, "POST", "/v1/messages/", [bearer, json], ok),
            (404, "GET", "/v1/messages/msg_none", [bearer], nil),
            (404, "GET", "/v1/messages/..%2f..", [bearer], nil),
            (405, "PUT", "/v1/messages", [bearer, json], ok),
            (405, "PATCH", "/v1/messages", [bearer, json], ok),
            (405, "DELETE", "/v1/messages/msg_none", [bearer], nil),
            (415, "POST", "/v1/messages", [bearer], ok),
            (415, "POST", "/v1/messages", [bearer, ("Content-Type", "text/plain")], ok),
            (415, "POST", "/v1/messages", [bearer, ("Content-Type", "application/jsonx")], ok),
            (422, "POST", "/v1/messages", [bearer, json, ("Idempotency-Key", "k 1")], ok),
            (413, "POST", "/v1/messages", [bearer, json], [UInt8](repeating: 0x20, count: 256 * 1024 + 1)),
            (400, "POST", "/v1/messages", [bearer, json], [UInt8](repeating: 0x20, count: 256 * 1024)),
        ]
        for item in cases {
            let answer = try gateway.client.send(item.method, item.path, item.fields, body: item.body)
            #expect(answer.status == item.status, "\(item.method) \(item.path): \(answer.text)")
            #expect(answer["Content-Type"] == "application/problem+json")
            #expect(try answer.json()["status"].integer == item.status)
            #expect(!answer.text.contains("q7x4"))
            let allow = ["/v1/messages": "POST, GET, HEAD", "/v1/messages/msg_none": "GET, HEAD"][item.path]
            #expect(answer["Allow"] == (item.status == 405 ? allow : nil))
        }
        let typed = try gateway.client.send(
            "POST", "/v1/messages", [bearer, ("Content-Type", "application/json; charset=utf-8")], body: ok)
        #expect(typed.status == 202)
        #expect(try home.messages().count == 1)
    }
}
