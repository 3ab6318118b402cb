// What a profile may not say, and what an operator may not give: each is refused at its place.

import JSON
import Providers
import Support
import Testing

@Suite("Profiles that are refused")
struct RefusedProfileTests {
    private static let good = """
        {
          source: "test",
          parameters: { account: { note: "n" }, token: { secret: true, note: "n" }, field: { default: "to", note: "n" }, none: { default: "", note: "n" } },
          encodings: { gsm7: "0", ucs2: "2" },
          longestValidity: "1d",
          request: {
            method: "POST", path: "/a/{account}", headers: { "X-Key": "{token}", "X-Id": "{reference}" },
            format: "json", fields: { "{field}": "{recipient}", text: "{text}", n: "{validitySeconds}" },
          },
          answer: {
            accepted: [{ has: "/id" }], reference: "/id", code: "/code",
            errors: [{ statuses: ["400"], codes: ["1"], class: "recipient", action: "fail", source: "test" }],
          },
          hooks: {
            method: "POST", format: "json", signature: { kind: "secret" },
            receipt: { messageReference: "/ref", status: "/status", states: { delivered: ["1"] } },
            inbound: { from: "/from", to: "/to", text: "/text" },
          },
          erasure: { method: "DELETE", path: "/a/{providerReference}" },
        }
        """

    private static func profile(_ text: String) throws -> ProviderProfile {
        try ProviderProfile(parsing: Array(text.utf8), name: "test")
    }

    @Test func theGoodOneIsRead() throws {
        #expect(try Self.profile(Self.good).parameters.map(\.name) == ["account", "token", "field", "none"])
    }

    static let changes: [(String, String, String)] = [
        // Names that nobody knows.
        (#"source: "test","#, #"source: "test", retries: 3,"#, "/retries"),
        (#"  source: "test","#, "", "/source"),
        (#"reference: "/id""#, #"refrence: "/id""#, "/answer/refrence"),
        (#"kind: "secret""#, #"kind: "none""#, "/hooks/signature/kind"),
        (#"kind: "secret""#, #"kind: "secret", key: "{token}""#, "/hooks/signature/key"),
        (#"account: { note: "n" }"#, #"account: { note: "n", type: "x" }"#, "/parameters/account/type"),
        (#"account: { note: "n" }"#, #"account: {}"#, "/parameters/account/note"),
        (#"account: { note: "n" }"#, #"text: { note: "n" }"#, "/parameters/text"),
        (#"account: { note: "n" }"#, #""a-b": { note: "n" }"#, "/parameters/a-b"),
        (#"longestValidity: "1d""#, #"longestValidity: "1 day""#, "/longestValidity"),
        // Tags in the wrong place, or of nothing.
        (#""/a/{account}""#, #""/a/{text}""#, "/request/path"),
        (#""/a/{account}""#, #""/a/{recipient}""#, "/request/path"),
        (#""/a/{account}""#, #""/a/{acount}""#, "/request/path"),
        (#""/a/{account}""#, #""/a/{account""#, "/request/path"),
        (#""/a/{account}""#, #""/a/account}""#, "/request/path"),
        (#""/a/{account}""#, #""/a//{account}""#, "/request/path"),
        (#""/a/{account}""#, #""/../{account}""#, "/request/path"),
        (#""/a/{account}""#, #""a/{account}""#, "/request/path"),
        (#""/a/{account}""#, #""/a?to={account}""#, "/request/path"),
        (#""/a/{account}""#, #""/{none}/a""#, "/request/path"),
        (#""/a/{account}""#, #""/a\r\nb""#, "/request/path"),
        (#""X-Id": "{reference}""#, #""X-Id": "{text}""#, "/request/headers/X-Id"),
        (#""X-Id": "{reference}""#, #""X-Id": "{recipient}""#, "/request/headers/X-Id"),
        (#""X-Id": "{reference}""#, #""X-Id": "a\r\nb""#, "/request/headers/X-Id"),
        (#""X-Id": "{reference}""#, #""X-Id": "é""#, "/request/headers/X-Id"),
        (#""X-Id": "{reference}""#, #""X Id": "a""#, "/request/headers/X Id"),
        (#""X-Id": "{reference}""#, #""{field}": "a""#, "/request/headers/{field}"),
        (#""X-Id": "{reference}""#, #""Host": "a""#, "/request/headers/Host"),
        (#""X-Id": "{reference}""#, #""content-length": "1""#, "/request/headers/content-length"),
        (#""X-Id": "{reference}""#, #""x-key": "1""#, "/request/headers/x-key"),
        (#""{field}": "{recipient}""#, #""{recipient}": "a""#, "/request/fields"),
        (#""{field}": "{recipient}""#, #""{account}": "a""#, "/request/fields"),
        (#""{field}": "{recipient}""#, #""{field}": "{recipient}", to: "a""#, "/request/fields"),
        (#""{field}": "{recipient}""#, #"to: "{providerReference}""#, "/request/fields/to"),
        (#"method: "POST", path"#, #"method: "{text}", path"#, "/request/method"),
        (#"method: "POST", path"#, #"method: "PUT", path"#, "/request/method"),
        (#"encodings: { gsm7: "0", ucs2: "2" },"#, #"encodings: { gsm8: "0" },"#, "/encodings/gsm8"),
        (#"path: "/a/{providerReference}""#, #"path: "/a/{reference}""#, "/erasure/path"),
        // What does not go together.
        (#"format: "json", fields"#, #"format: "form", fields"#, "ok"),
        (#"method: "POST", path"#, #"method: "GET", path"#, "/request/format"),
        (
            #"format: "json", fields: { "{field}": "{recipient}", text: "{text}", n: "{validitySeconds}" },"#,
            #"format: "json","#, "/request/format"
        ),
        (
            #"headers: { "X-Key": "{token}""#,
            #"authentication: { kind: "basic", username: "{recipient}", password: "x" }, headers: { "X-Key": "{token}""#,
            "/request/authentication/username"
        ),
        (
            #"headers: { "X-Key""#,
            #"authentication: { kind: "basic", username: "a", password: "x" }, headers: { "Authorization""#,
            "/request/headers"
        ),
        (
            #"headers: { "X-Key""#, #"authentication: { kind: "digest" }, headers: { "X-Key""#,
            "/request/authentication/kind"
        ),
        (
            #"headers: { "X-Key""#,
            #"authentication: { kind: "basic", username: "a:b", password: "x" }, headers: { "X-Key""#,
            "/request/authentication/username"
        ),
        // Rules that say too much.
        (#"accepted: [{ has: "/id" }]"#, "accepted: []", "/answer/accepted"),
        (#"accepted: [{ has: "/id" }]"#, "accepted: [{}]", "/answer/accepted/0/has"),
        (#"accepted: [{ has: "/id" }]"#, #"accepted: [{ statuses: ["200"] }]"#, "/answer/accepted/0/has"),
        (
            #"accepted: [{ has: "/id" }]"#, #"accepted: [{ statuses: ["400"], has: "/id" }]"#,
            "/answer/accepted/0/statuses"
        ),
        (#"accepted: [{ has: "/id" }]"#, #"accepted: [{ text: "(" }]"#, "/answer/accepted/0/text"),
        (#"accepted: [{ has: "/id" }]"#, #"accepted: [{ has: "id" }]"#, "/answer/accepted/0/has"),
        (#"code: "/code","#, "", "/answer/code"),
        (#"statuses: ["400"], codes: ["1"], class"#, #"codes: ["1"], class"#, "/answer/errors/0/statuses"),
        (#"statuses: ["400"]"#, #"statuses: ["503"]"#, "/answer/errors/0/statuses"),
        (#"statuses: ["400"]"#, #"statuses: ["5yz"]"#, "/answer/errors/0/statuses"),
        (#"statuses: ["400"]"#, #"statuses: ["302"]"#, "/answer/errors/0/statuses"),
        (#"statuses: ["400"]"#, #"statuses: ["429"]"#, "/answer/errors/0/statuses"),
        (#"statuses: ["400"]"#, #"statuses: ["408"]"#, "/answer/errors/0/statuses"),
        (#"statuses: ["400"], codes: ["1"]"#, #"statuses: ["400"]"#, "/answer/errors/0/codes"),
        (
            #"statuses: ["400"], codes: ["1"], class: "recipient", action: "fail""#,
            #"statuses: ["2yz"], class: "refused", action: "fail""#, "/answer/errors/0/statuses"
        ),
        (
            #"class: "recipient", action: "fail""#, #"class: "recipient", action: "next""#,
            "/answer/errors/0/action"
        ),
        (
            #"class: "recipient", action: "fail""#, #"class: "objected", action: "next""#,
            "/answer/errors/0/action"
        ),
        (
            #"class: "recipient", action: "fail""#, #"class: "policy", action: "stop""#,
            "/answer/errors/0/action"
        ),
        (
            #"class: "recipient", action: "fail""#, #"class: "configuration", action: "fail""#,
            "/answer/errors/0/action"
        ),
        (
            #"class: "recipient", action: "fail""#, #"class: "withheld", action: "retry""#,
            "/answer/errors/0/action"
        ),
        (#"class: "recipient", action: "fail""#, #"class: "nice", action: "fail""#, "/answer/errors/0/class"),
        (
            #"class: "recipient", action: "fail""#, #"class: "recipient", action: "accept""#,
            "/answer/errors/0/action"
        ),
        (#"action: "fail", source: "test""#, #"action: "fail""#, "/answer/errors/0/source"),
        (
            #"action: "fail", source: "test""#, #"action: "fail", source: "test", outcome: "accepted""#,
            "/answer/errors/0/outcome"
        ),
        // Callbacks.
        (#"messageReference: "/ref", "#, "", "/hooks/receipt/messageReference"),
        (#"status: "/status""#, #"status: "status""#, "/hooks/receipt/status"),
        (#"delivered: ["1"]"#, #"delivered: ["1"], failed: ["1"]"#, "/hooks/receipt/states/failed"),
        (#"delivered: ["1"]"#, #"arrived: ["1"]"#, "/hooks/receipt/states/arrived"),
        (#"text: "/text" }"#, "}", "/hooks/inbound/text"),
        (
            #"method: "POST", format: "json", signature"#, #"method: "GET", format: "json", signature"#,
            "/hooks/format"
        ),
        (
            #"method: "POST", format: "json", signature"#, #"method: "DELETE", format: "json", signature"#,
            "/hooks/method"
        ),
        (#"signature: { kind: "secret" },"#, "", "/hooks/signature"),
        (#"kind: "secret""#, #"kind: "sinch", key: "{none}""#, "/hooks/signature/key"),
        (#"kind: "secret""#, #"kind: "sinch", key: "{text}""#, "/hooks/signature/key"),
        (
            #"kind: "secret""#, #"kind: "vonage-sms", key: "{token}", algorithm: "crc32""#,
            "/hooks/signature/algorithm"
        ),
    ]

    @Test("at its place", arguments: changes.indices)
    func refused(index: Int) throws {
        let (old, new, pointer) = Self.changes[index]
        #expect(Self.good.contains(old), "\(old)")
        let changed = Self.good.replacing(old, with: new)
        let result = Result { try Self.profile(changed) }
        if pointer == "ok" {
            #expect(throws: Never.self, "\(new)") { try result.get() }
        } else {
            let problems = try #require(throws: JSONProblems.self, "\(new)") { try result.get() }
            #expect(problems.problems.first?.pointer == pointer, "\(new): \(problems)")
        }
    }

    @Test("what is no document is refused")
    func malformed() {
        for text in ["", "[]", "{", "\u{FEFF}{}", "{}"] {
            #expect(throws: JSONProblems.self, "\(text)") { try Self.profile(text) }
        }
    }

    @Test(
        "parameters and base URL",
        arguments: [
            (["account": "1"], "https://a.example", "/parameters/token"),
            (["account": "", "token": "t"], "https://a.example", "/parameters/account"),
            (["account": "1", "token": "t", "tokn": "t"], "https://a.example", "/parameters/tokn"),
            (["account": "1", "token": "a\r\nX: y"], "https://a.example", "/parameters/token"),
            (["account": "..", "token": "t"], "https://a.example", "/parameters"),
            (["account": "1", "token": "é"], "https://a.example", "/parameters"),
            (["account": "1", "token": "t"], "ftp://a.example", "/baseURL"),
            (["account": "1", "token": "t"], "a.example", "/baseURL"),
            (["account": "1", "token": "t"], "https://u:p@a.example", "/baseURL"),
            (["account": "1", "token": "t"], "https://a.example/?x", "/baseURL"),
            (["account": "1", "token": "t"], "https://a.example/#x", "/baseURL"),
            (["account": "1", "token": "t"], "https://a.example/a/../b", "/baseURL"),
            (["account": "1", "token": "t"], "https://a.example/\r\nb", "/baseURL"),
            (["account": "1", "token": "t"], "https://", "/baseURL"),
        ])
    func account(parameters: [String: String], baseURL: String, pointer: String) throws {
        let profile = try Self.profile(Self.good)
        let problems = try #require(throws: JSONProblems.self) {
            try profile.account(baseURL: baseURL, parameters: parameters)
        }
        #expect(problems.problems.map(\.pointer) == [pointer])
        #expect(!"\(problems)".contains("X: y"), "no value is repeated")
    }

    @Test("an account that is printed tells no secret")
    func printed() throws {
        let account = try Self.profile(Self.good).account(
            baseURL: "https://a.example/b", parameters: ["account": "acc", "token": "s3cret"])
        #expect("\(account) \([account])" == "https://a.example [https://a.example]")
    }
}
