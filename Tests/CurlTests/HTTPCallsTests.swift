// Posts to real servers on loopback: what they are sent, what comes of each way to answer, and that an address is judged when it is about to be
// connected to, however it was spelt.

import Curl
import Support
import Testing

@Suite("HTTP posts")
struct HTTPCallsTests {
    private func posts(allowsLoopback: Bool = true, timeout: Duration = .seconds(15)) throws -> HTTPCalls {
        try #require(HTTPCalls(guard: AddressGuard(allowsLoopback: allowsLoopback), timeout: timeout))
    }

    private func post(_ url: String, _ body: String = "{}") -> HTTPCall {
        HTTPCall(
            url: url, fields: [("Content-Type", "application/json"), ("webhook-id", "evt_1")],
            body: Array(body.utf8))
    }

    /// The end of everything that was started, by tag.
    private func ends(_ posts: HTTPCalls) -> [Int64: HTTPCallEnd] {
        var ends: [Int64: HTTPCallEnd] = [:]
        while posts.count > 0 {
            for (tag, end) in posts.wait(atMost: .seconds(60)) { ends[tag] = end }
        }
        return ends
    }

    private func end(_ url: String, timeout: Duration = .seconds(15)) throws -> HTTPCallEnd? {
        let posts = try posts(timeout: timeout)
        posts.start(post(url), tag: 7)
        return ends(posts)[7]
    }

    private func expect(_ expected: HTTPCallEnd, of url: String, timeout: Duration = .seconds(15)) throws {
        let end = try end(url, timeout: timeout)
        #expect(end == expected, "\(url)")
    }

    @Test func aServerGetsExactlyWhatWasSaid() throws {
        let server = HTTPReceiver()
        let posts = try posts()
        let body = #"{"name":"Zoé","nul":"\#u{0}"}"#
        posts.start(post(server.url, body), tag: 1)
        #expect(ends(posts) == [1: .answered(status: 204, retryAfter: nil)])
        let request = try #require(server.requests.first)
        #expect(request.line == "POST /hooks HTTP/1.1")
        #expect(request.body == Array(body.utf8))
        #expect(request["content-type"] == "application/json" && request["webhook-id"] == "evt_1")
        #expect(request["expect"] == nil && request["cookie"] == nil)
        posts.start(post(server.url, ""), tag: 2)
        #expect(ends(posts)[2] == .answered(status: 204, retryAfter: nil))
        #expect(server.requests.last?.body == [] && server.connectionCount == 1, "kept alive")
    }

    @Test func whatServersAnswer() throws {
        let server = HTTPReceiver { number, _ in
            switch number {
            case 1: HTTPReceiver.answer(302, "Location: http://127.0.0.1:1/\r\n")
            case 2: HTTPReceiver.answer(429, "Retry-After: 120\r\n")
            case 3: HTTPReceiver.answer(503, "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n")
            case 4:
                "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
                    + String(repeating: "x", count: 1_000_000)
            case 5: "nonsense\r\n\r\n"
            case 6: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
            default: nil
            }
        }
        #expect(try end(server.url) == .answered(status: 302, retryAfter: nil), "not followed")
        #expect(try end(server.url) == .answered(status: 429, retryAfter: .seconds(120)))
        #expect(try end(server.url) == .answered(status: 503, retryAfter: nil), "a moment that is over")
        #expect(try end(server.url) == .answered(status: 200, retryAfter: nil), "read as far as the limit")
        try expect(.failed("library"), of: server.url)
    }

    @Test func serversThatDoNotAnswer() throws {
        let silent = LoopbackSocket.listen()
        try expect(.failed("timeout"), of: "http://127.0.0.1:\(silent.port)/", timeout: .milliseconds(50))
        let refusing = RefusingPort.reserve()
        try expect(.failed("connect"), of: "http://127.0.0.1:\(refusing)/")
        let closing = HTTPReceiver { _, _ in nil }
        try expect(.failed("closed"), of: closing.url)
        try expect(.failed("resolve"), of: "http://name.invalid/")
        let plain = ScriptedSMTPServer { _, _, _ in nil }
        defer { plain.stop() }
        try expect(.failed("tls"), of: "https://127.0.0.1:\(plain.port)/")
        for url in ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "", "no url"] {
            #expect(try end(url) != .answered(status: 200, retryAfter: nil), "\(url)")
        }
    }

    /// The spellings that a look at the text of a URL misses: what is judged is what would be connected to.
    @Test(arguments: [
        "127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]",
        "[::ffff:127.0.0.1]", "0", "0.0.0.0",
        "[::]", "[::ffff:0:7f00:1]",
    ])
    func noSpellingReachesThisMachine(host: String) throws {
        let server = HTTPReceiver()
        let posts = try posts(allowsLoopback: false)
        posts.start(post("http://\(host):\(server.port)/"), tag: 1)
        let end = ends(posts)[1]
        #expect(
            end == .failed("address") || (host.hasSuffix("7f00:1]") && end == .failed("connect")),
            "\(String(describing: end))")
        #expect(server.connectionCount == 0 && server.requests.isEmpty)
    }

    @Test func aSlowServerHoldsNobodyUp() throws {
        let silent = LoopbackSocket.listen()
        let server = HTTPReceiver()
        let posts = try posts()
        posts.start(post("http://127.0.0.1:\(silent.port)/"), tag: 1)
        for tag in 2...9 { posts.start(post(server.url), tag: Int64(tag)) }
        var ended: Set<Int64> = []
        while posts.count > 1 { ended.formUnion(posts.wait(atMost: .seconds(60)).map(\.tag)) }
        #expect(ended == Set(2...9))
        // Somebody who wakes the thread ends its wait, before it as well as within.
        posts.wake()
        #expect(posts.wait(atMost: .seconds(3600)).isEmpty)
    }
}
