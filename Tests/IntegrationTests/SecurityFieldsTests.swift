// The protective header fields (reliability (c) 18), asserted on every kind of answer of both listeners: pages, API, errors, and
// the refusals that the HTTP server gives before any route is asked.

import Foundation
import Support
import Testing

@Suite struct SecurityFieldsTests {
    private func check(_ answer: HTTPAnswer, _ what: String) {
        let policy = answer["Content-Security-Policy"] ?? ""
        #expect(policy.contains("default-src 'none'"), "\(what)")
        #expect(policy.contains("frame-ancestors 'none'"), "\(what)")
        #expect(!policy.contains("unsafe"), "\(what)")
        #expect(answer["X-Content-Type-Options"] == "nosniff", "\(what)")
        #expect(answer["Cache-Control"] == "no-store", "\(what)")
        #expect(answer["Referrer-Policy"] == "no-referrer", "\(what)")
        #expect(answer["Set-Cookie"] == nil, "\(what)")
        #expect(answer["Server"] == nil, "\(what)")
        for (name, _) in answer.fields {
            #expect(
                answer.fields.filter { $0.name.lowercased() == name.lowercased() }.count == 1,
                "\(what): \(name)")
        }
    }

    @Test func everyAnswerIsProtected() throws {
        let home = try TestHome()
        let key = try home.key()
        let readOnly = try home.key("read")
        let gateway = try home.serve()
        let id = try #require(try gateway.accept(SampleMessage("fields@example.com"), key: key)["id"].string)
        let link = try Mail.unsubscribePath(home.content(id))
        var question = SampleMessage("fields@example.com")
        question.template = "confirm-subscription"
        let asked = try #require(try gateway.accept(question, key: key)["id"].string)
        let confirm = try Mail.confirmPath(home.content(asked))
        let form = [("Content-Type", "application/x-www-form-urlencoded")]
        let json = [("Content-Type", "application/json")]
        let bearer = [("Authorization", "Bearer \(key)")]
        let requests:
            [(status: Int, method: String, path: String, fields: [(String, String)], body: String?)] = [
                (200, "HEAD", confirm, [], nil), (422, "POST", confirm, form, "nothing"),
                (200, "GET", confirm, [], nil), (200, "POST", confirm, form, "confirm=yes"),
                (200, "GET", link, [], nil), (200, "HEAD", link, [], nil),
                (200, "POST", link, form, "scope=marketing"),
                (200, "POST", link, form, "List-Unsubscribe=One-Click"),
                (422, "POST", link, form, "nothing"), (404, "GET", "/u/forged", [], nil),
                (410, "GET", confirm, [], nil), (410, "POST", confirm, form, "confirm=yes"),
                (404, "GET", "/c/forged", [], nil), (405, "PUT", confirm, [], nil),
                (413, "POST", confirm, form, String(repeating: "a", count: 9000)),
                (404, "GET", "/", [], nil),
                (405, "DELETE", link, [], nil), (405, "PUT", "/v1/messages", bearer, nil),
                (401, "POST", "/v1/messages", json, "{}"), (400, "POST", "/v1/messages", json + bearer, "{"),
                (403, "POST", "/v1/messages", json + [("Authorization", "Bearer \(readOnly)")], "{}"),
                (415, "POST", "/v1/messages", bearer, "{}"),
                (422, "POST", "/v1/messages", json + bearer, "{}"),
                (200, "GET", "/v1/messages/\(id)", bearer, nil),
                (404, "GET", "/v1/messages/none", bearer, nil),
                (413, "POST", "/v1/messages", json + bearer, String(repeating: " ", count: 300_000)),
                (413, "POST", link, form, String(repeating: "a", count: 9000)),
            ]
        for request in requests {
            let answer = try gateway.client.send(
                request.method, request.path, request.fields, body: request.body.map { Array($0.utf8) })
            #expect(answer.status == request.status, "\(request.method) \(request.path)")
            // The server's own 413 does not know that the public URL is https; everything behind it does.
            #expect(answer["Strict-Transport-Security"] == (request.status == 413 ? nil : "max-age=31536000"))
            check(answer, "\(request.status) \(request.method) \(request.path.prefix(20))")
        }
        for path in ["/healthz", "/readyz", "/metrics"] {
            check(try gateway.operations.send("GET", path), path)
        }
    }

    @Test func aRefusalOfTheHTTPGateIsProtectedToo() throws {
        let home = try TestHome()
        let gateway = try home.serve()
        for request in [
            "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
            "POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ] {
            let answer = try gateway.client.exchange(Array(request.utf8))
            #expect(answer.status == 400)
            check(answer, request)
        }
    }

    @Test func thePolicyNamesTheHashOfThePagesOwnStyle() throws {
        let home = try TestHome()
        let id = try #require(try home.send(SampleMessage("style@example.com").bytes)["id"].string)
        let link = try Mail.unsubscribePath(home.content(id))
        let gateway = try home.serve()
        let pages = [
            try gateway.client.send("GET", link), try gateway.client.send("GET", "/u/forged"),
            try gateway.client.send(
                "POST", link, [("Content-Type", "application/x-www-form-urlencoded")],
                body: Array("scope=channel".utf8)),
        ]
        for page in pages {
            let style = try #require(page.text.firstMatch(of: #/<style>(?s:(.*?))</style>/#)).output.1
            let digest = try Self.sha256(String(style))
            let policy = try #require(page["Content-Security-Policy"])
            #expect(policy.contains("style-src 'sha256-\(digest)';"))
            #expect(policy.contains("form-action 'self'") && policy.contains("base-uri 'none'"))
            #expect(
                !page.text.contains("<script") && !page.text.contains(" style=")
                    && !page.text.contains("<img"))
            #expect(page.text.components(separatedBy: "<style").count == 2)
            #expect(!page.text.contains("style@example.com"))
        }
    }

    /// Base64 of the SHA-256, by Python, so that the project's own code is not asked about itself.
    private static func sha256(_ text: String) throws -> String {
        let folder = try TestFolder()
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/text"))
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            "import base64,hashlib,sys; print(base64.b64encode(hashlib.sha256(open(sys.argv[1],'rb').read()).digest()).decode())",
            folder.path + "/text",
        ]
        process.standardOutput = output
        try process.run()
        process.waitUntilExit()
        return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .trimmingCharacters(in: .newlines)
    }
}
