// The gate as a table: what is let in, with what result, and what is refused, with what reason.

import Foundation
import Testing

@testable import HTTPServer

struct RequestGateTests {
    private static func head(
        _ line: String = "GET / HTTP/1.1", _ fields: [(String, String)] = [("Host", "a")], exact: Bool = true
    ) -> ReceivedHead {
        let words = line.split(separator: " ", maxSplits: 1)
        let rest = String(words[1])
        let cut = rest.range(of: " HTTP/")?.lowerBound ?? rest.endIndex
        return ReceivedHead(
            method: String(words[0]), target: String(rest[..<cut]), version: String(rest[cut...].dropFirst()),
            fields: fields.map { HTTPField(name: $0.0, value: $0.1) }, hasExactLines: exact)
    }

    private static func with(_ fields: (String, String)...) -> ReceivedHead {
        head("POST / HTTP/1.1", [("Host", "a")] + fields)
    }

    static let refused: [(ReceivedHead, RequestRefusal)] = [
        (head(exact: false), .inexactLines),
        (head("G(T / HTTP/1.1"), .method),
        (head("GET\u{1}X / HTTP/1.1"), .method),
        (head("GET / HTTP/1.2"), .version),
        (head("GET / HTTP/2.0"), .version),
        (head("GET / HTTP/0.9"), .version),
        (head("GET /a b HTTP/1.1"), .target),
        (head("GET /a\tb HTTP/1.1"), .target),
        (head("GET /a\rb HTTP/1.1"), .target),
        (head("GET /a\u{7F} HTTP/1.1"), .target),
        (head("GET /é HTTP/1.1"), .target),
        (head("GET /a#b HTTP/1.1"), .target),
        (head("GET * HTTP/1.1"), .target),
        (head("GET a HTTP/1.1"), .target),
        (head("GET ftp://a/ HTTP/1.1"), .target),
        (head("CONNECT a:443 HTTP/1.1"), .target),
        (head("GET http://b/ HTTP/1.1"), .authorityMismatch),
        (head("GET http://x@a/ HTTP/1.1"), .authorityMismatch),
        (head("GET http:///x HTTP/1.1"), .authorityMismatch),
        (head("GET http://a:80/ HTTP/1.1"), .authorityMismatch),
        (head("GET http://a/ HTTP/1.0", []), .authorityMismatch),
        (with(("X Y", "1")), .fieldName),
        (with(("X ", "1")), .fieldName),
        (with((" X", "1")), .fieldName),
        (with(("X\t", "1")), .fieldName),
        (with(("", "1")), .fieldName),
        (with(("Xé", "1")), .fieldName),
        (with(("X", "a\rb")), .fieldValue),
        (with(("X", "a\u{0}b")), .fieldValue),
        (with(("X", "a\u{7F}")), .fieldValue),
        (head("GET / HTTP/1.1", []), .hostCount),
        (with(("Host", "a")), .hostCount),
        (with(("hOST", "b")), .hostCount),
        (head("GET / HTTP/1.0", [("Host", "a"), ("Host", "a")]), .hostCount),
        (head("GET / HTTP/1.1", [("Host", "")]), .host),
        (head("GET / HTTP/1.1", [("Host", "a,b")]), .host),
        (head("GET / HTTP/1.1", [("Host", "a b")]), .host),
        (head("GET / HTTP/1.1", [("Host", "a/b")]), .host),
        (head("GET / HTTP/1.1", [("Host", "u@a")]), .host),
        (with(("Content-Length", "3"), ("Transfer-Encoding", "chunked")), .contentLengthWithTransferEncoding),
        (with(("transfer-encoding", "chunked"), ("content-length", "3")), .contentLengthWithTransferEncoding),
        (with(("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")), .transferEncoding),
        (with(("Transfer-Encoding", "identity")), .transferEncoding),
        (with(("Transfer-Encoding", "gzip, chunked")), .transferEncoding),
        (with(("Transfer-Encoding", "chunked, identity")), .transferEncoding),
        (with(("Transfer-Encoding", "Chunked")), .transferEncoding),
        (with(("Transfer-Encoding", "chunked ")), .transferEncoding),
        (with(("Transfer-Encoding", "\u{0B}chunked")), .fieldValue),
        (with(("Transfer-Encoding", "")), .transferEncoding),
        (head("POST / HTTP/1.0", [("Transfer-Encoding", "chunked")]), .transferEncoding),
        (with(("Content-Length", "3"), ("Content-Length", "3")), .contentLength),
        (with(("Content-Length", "3"), ("Content-Length", "4")), .contentLength),
        (with(("Content-Length", "3, 3")), .contentLength),
        (with(("Content-Length", "+3")), .contentLength),
        (with(("Content-Length", "-3")), .contentLength),
        (with(("Content-Length", "0x3")), .contentLength),
        (with(("Content-Length", "3 ")), .contentLength),
        (with(("Content-Length", "٣")), .contentLength),
        (with(("Content-Length", "")), .contentLength),
        (with(("Content-Length", "9223372036854775808")), .contentLength),
    ]

    @Test(arguments: refused)
    func refuses(_ received: ReceivedHead, _ reason: RequestRefusal) {
        #expect(throws: reason) { try RequestGate.admit(received, from: "127.0.0.1") }
    }

    static let admitted: [(ReceivedHead, path: String, query: String?)] = [
        (head(), "/", nil),
        (head("GET /a%2Fb?c=%20&d HTTP/1.1"), "/a%2Fb", "c=%20&d"),
        (head("GET /a?b?c HTTP/1.1"), "/a", "b?c"),
        (head("GET /? HTTP/1.1"), "/", ""),
        (head("GET //x/y HTTP/1.1"), "//x/y", nil),
        (head("OPTIONS * HTTP/1.1"), "*", nil),
        (head("GET http://a/p?q HTTP/1.1"), "/p", "q"),
        (head("GET HTTP://A HTTP/1.1"), "/", nil),
        (head("GET https://a?q HTTP/1.1"), "/", "q"),
        (head("GET / HTTP/1.0", []), "/", nil),
        (head("GET / HTTP/1.1", [("hOsT", "[::1]:8025 ")]), "/", nil),
        (with(("Transfer-Encoding", "chunked")), "/", nil),
        (with(("X", "")), "/", nil),
        (with(("X", "é\tü")), "/", nil),
    ]

    @Test(arguments: admitted)
    func admits(_ received: ReceivedHead, path: String, query: String?) throws {
        let head = try RequestGate.admit(received, from: "192.0.2.1")
        #expect(head.path == path)
        #expect(head.query == query)
        #expect(head.method == received.method)
        #expect(head.remoteAddress == "192.0.2.1")
        #expect(head.headers.count == received.fields.count)
    }

    @Test
    func tellsTheContentLengthAndTrimsValues() throws {
        let received = Self.with(("Content-Length", "0042"), ("X", "\t a b \t"), ("Y", "  "))
        let head = try RequestGate.admit(received, from: "")
        #expect(head.contentLength == 42)
        #expect(head["x"] == "a b")
        #expect(head["Y"] == "")
        #expect(head["Z"] == nil)
    }

    @Test
    func looksUpTheFirstOfRepeatedFields() throws {
        let head = try RequestGate.admit(Self.with(("X", "1"), ("x", "2")), from: "")
        #expect(head["X"] == "1")
    }
}
