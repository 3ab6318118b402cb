// What ordinary clients do: kept connections, pipelines, HEAD, bodies of all kinds, and answers from
// anywhere.

import Foundation
import Runtime
import Testing

@testable import HTTPServer

struct ConversationTests {
    @Test
    func handsOverTheWholeRequest() throws {
        let handover = Lock<HTTPRequest?>(nil)
        let server = try TestServer { request, responder in
            handover.withLock { $0 = request }
            responder.respond(
                HTTPResponse(
                    status: 201, headers: [HTTPField(name: "X-Y", value: "z")], body: Array("made".utf8)))
        }
        let response = try server.connect().exchange(
            "POST /a%20b?c=%41&d HTTP/1.1\r\nHost: a\r\nX-Twice: 1\r\nx-twice: 2\r\n"
                + "Content-Length: 5\r\n\r\nhello"
        )
        let request = try #require(handover.withLock { $0 })
        #expect(request.method == "POST")
        #expect(request.path == "/a%20b")
        #expect(request.query == "c=%41&d")
        #expect(request["X-TWICE"] == "1")
        #expect(request.headers.map(\.name) == ["Host", "X-Twice", "x-twice", "Content-Length"])
        #expect(request.body == Array("hello".utf8))
        #expect(request.remoteAddress == "127.0.0.1")
        #expect(response.status == 201)
        #expect(response.header("x-y") == "z")
        #expect(response.text == "made")
        #expect(response.header("Server") == nil)
        #expect(response.header("Connection") == nil)
        #expect(response.header("Date") != nil)
    }

    @Test
    func keepsAConnectionForManyRequests() throws {
        let server = try TestServer()
        let connection = try server.connect()
        for number in 0..<100 { #expect(try connection.exchange(get("/\(number)")).status == 200) }
        #expect(server.entries == (0..<100).map { "GET /\($0)" })
    }

    @Test
    func answersAPipelineInOrder() throws {
        let server = try TestServer { request, responder in
            DispatchQueue.global().async {
                responder.respond(HTTPResponse(status: 200, body: Array(request.path.utf8)))
            }
        }
        let connection = try server.connect()
        connection.send((0..<50).map { get("/\($0)") }.joined())
        for number in 0..<50 { #expect(try connection.readResponse().text == "/\(number)") }
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"])
    func closesWhereTheClientWantsIt(_ request: String) throws {
        let server = try TestServer()
        let connection = try server.connect()
        let response = try connection.exchange(request)
        #expect(response.status == 200)
        #expect(response.header("Connection") == "close")
        #expect(try connection.readToEnd() == "")
    }

    @Test
    func answersHeadWithoutABody() throws {
        let body = Array("ten bytes!".utf8)
        let server = try TestServer { $1.respond(HTTPResponse(status: 200, body: body)) }
        let connection = try server.connect()
        connection.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try connection.readResponse(toHead: true).header("Content-Length") == "10")
        // Had a body come, it would stand before this answer.
        #expect(try connection.exchange(get("/")).text == "ten bytes!")
    }

    @Test(arguments: [204, 304, 404, 503])
    func passesTheHandlersStatusOn(_ status: Int) throws {
        let server = try TestServer { $1.respond(HTTPResponse(status: status)) }
        let connection = try server.connect()
        #expect(try connection.exchange(get("/")).status == status)
        #expect(try connection.exchange(get("/")).status == status)
    }

    @Test(arguments: [0, 1, 16_383, 16_384, 16_385, 40_000, 5_000_000])
    func carriesBodiesBothWays(_ count: Int) throws {
        let server = try TestServer(bodyLimit: 5_000_000)
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let plain = try server.connect()
        plain.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n")
        plain.send(body)
        #expect(try plain.readResponse().body == body)
        let chunked = try server.connect()
        chunked.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for start in stride(from: 0, to: count, by: 7000) {
            let part = Array(body[start..<min(start + 7000, count)])
            chunked.send(Array("\(String(part.count, radix: 16));ext=1\r\n".utf8) + part + Array("\r\n".utf8))
        }
        chunked.send("0\r\nX-Trailer: ignored\r\n\r\n")
        #expect(try chunked.readResponse().body == body)
    }

    @Test
    func carriesALargeAnswer() throws {
        let body = [UInt8](repeating: 0x61, count: 40_000_000)
        let server = try TestServer { $1.respond(HTTPResponse(status: 200, body: body)) }
        let connection = try server.connect()
        for _ in 1...2 {
            let answer = try connection.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answer.status == 200 && answer.body == body)
        }
    }

    @Test
    func holdsFewLargeRequestsAtATime() throws {
        var configuration = HTTPServerConfiguration()
        configuration.largeRequestLimit = 2
        configuration.largeBodyBytes = 10
        let handover = Handover()
        let server = try TestServer(configuration) { handover.put($1) }
        let large = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n01234567890"
        let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        let small = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n0"
        let (first, second) = try (server.connect(), server.connect())
        first.send(large)
        second.send(chunked)
        let responders = try [handover.take(), handover.take()]
        for request in [large, chunked] {
            let refused = try server.connect().exchange(request)
            #expect(refused.status == 503 && refused.header("Retry-After") == "5")
            #expect(refused.header("Connection") == "close")
        }
        let other = try server.connect()
        other.send(small)
        try handover.take().respond(HTTPResponse(status: 200))
        #expect(try other.readResponse().status == 200)
        for responder in responders { responder.respond(HTTPResponse(status: 200)) }
        #expect(try first.readResponse().status == 200)
        #expect(try second.readResponse().status == 200)
        // Its answer is here before the place is free again; the next request of the same connection comes after that.
        first.send(large)
        try handover.take().respond(HTTPResponse(status: 200))
        #expect(try first.readResponse().status == 200)
    }

    @Test
    func asksForTheBodyWhenTheClientWaits() throws {
        let server = try TestServer()
        let connection = try server.connect()
        let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        #expect(try connection.exchange(head).status == 100)
        #expect(try connection.exchange("abc").text == "abc")
    }

    @Test
    func refusesALongBodyByItsAnnouncement() throws {
        let server = try TestServer(bodyLimit: 10)
        let connection = try server.connect()
        #expect(
            try connection.exchange("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789")
                .status == 200)
        let response = try connection.exchange(
            "POST /2 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n")
        #expect(response.status == 413)
        #expect(response.header("Content-Type") == "application/problem+json")
        #expect(response.header("Connection") == "close")
        #expect(try connection.readToEnd() == "")
        #expect(server.entries == ["POST /1"])
    }

    @Test
    func refusesALongChunkedBodyWhenItExceedsTheLimit() throws {
        let server = try TestServer(bodyLimit: 10)
        let connection = try server.connect()
        let head = "Host: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(
            try connection.exchange("POST /1 HTTP/1.1\r\n\(head)a\r\n0123456789\r\n0\r\n\r\n").status == 200)
        let response = try connection.exchange("POST /2 HTTP/1.1\r\n\(head)a\r\n0123456789\r\n1\r\nx\r\n")
        #expect(response.status == 413)
        #expect(response.header("Content-Type") == "application/problem+json")
        #expect(response.header("Connection") == "close")
        #expect(try connection.readToEnd() == "")
        #expect(server.entries == ["POST /1"])
    }

    @Test
    func choosesTheBodyLimitByTheHead() throws {
        let server = try HTTPServer(
            configuration: HTTPServerConfiguration(),
            allowance: { RequestAllowance(bodyLimit: $0.path == "/batch" ? 100 : 1) },
            handler: { $1.respond(HTTPResponse(status: 200)) })
        defer { server.stop(grace: .zero) }
        let tail = " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
        #expect(try RawConnection(port: server.port).exchange("POST /batch" + tail).status == 200)
        #expect(try RawConnection(port: server.port).exchange("POST /one" + tail).status == 413)
    }

    @Test
    func refusesAHeaderBeyondItsMemory() throws {
        let server = try TestServer()
        let connection = try server.connect()
        connection.send("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n")
        #expect(try connection.readToEnd().hasPrefix("HTTP/1.1 431"))
        #expect(server.entries == [])
    }

    @Test
    func takesAnswersFromOtherThreadsInAnyOrder() throws {
        let handover = Handover()
        let server = try TestServer { handover.put($1) }
        let connections = try (0..<20).map { _ in try server.connect() }
        var responders: [Responder] = []
        for connection in connections {
            connection.send(get("/"))
            responders.append(try handover.take())
        }
        for (number, responder) in responders.enumerated().reversed() {
            Thread.detachNewThread {
                responder.respond(HTTPResponse(status: 200, body: Array("\(number)".utf8)))
            }
        }
        for (number, connection) in connections.enumerated() {
            #expect(try connection.readResponse().text == "\(number)")
        }
    }

    @Test
    func answersForADroppedResponder() throws {
        let handover = Handover()
        let server = try TestServer { request, responder in
            if request.path == "/later" { handover.put(responder) }
        }
        let connection = try server.connect()
        let atOnce = try connection.exchange(get("/now"))
        #expect(atOnce.status == 500)
        #expect(atOnce.header("Content-Type") == "application/problem+json")
        connection.send(get("/later"))
        _ = try handover.take()
        #expect(try connection.readResponse().status == 500)
    }

    @Test(arguments: [
        HTTPResponse(status: 200, headers: [HTTPField(name: "X", value: "a\r\nSet-Cookie: b")]),
        HTTPResponse(status: 200, headers: [HTTPField(name: "X\r\nY", value: "a")]),
        HTTPResponse(status: 0),
        HTTPResponse(status: 101),
        HTTPResponse(status: 1000),
    ])
    func replacesAnAnswerThatCannotBeSent(_ answer: HTTPResponse) throws {
        let server = try TestServer { $1.respond(answer) }
        let response = try server.connect().exchange(get("/"))
        #expect(response.status == 500)
        #expect(response.header("Set-Cookie") == nil)
    }

    @Test
    func keepsTheFramingToItself() throws {
        let fields = [("Content-Length", "99"), ("transfer-encoding", "chunked"), ("Connection", "upgrade")]
        let server = try TestServer { _, responder in
            responder.respond(
                HTTPResponse(
                    status: 200, headers: fields.map { HTTPField(name: $0.0, value: $0.1) },
                    body: Array("ab".utf8)))
        }
        let response = try server.connect().exchange(get("/"))
        #expect(response.headers.filter { $0.isNamed("Content-Length") }.map(\.value) == ["2"])
        #expect(response.header("Transfer-Encoding") == nil)
        #expect(response.header("Connection") == nil)
    }

    @Test
    func listensOnTheLoopbackOfIPv6() throws {
        var configuration = HTTPServerConfiguration()
        configuration.address = "::1"
        let server = try TestServer(configuration) { request, responder in
            responder.respond(HTTPResponse(status: 200, body: Array(request.remoteAddress.utf8)))
        }
        #expect(try RawConnection(port: server.port, isIPv6: true).exchange(get("/")).text == "::1")
    }

    #if DEBUG
        @Test
        func trapsOnASecondAnswerInDebug() async {
            await #expect(processExitsWith: .failure) {
                let server = try TestServer {
                    $1.respond(HTTPResponse(status: 200))
                    $1.respond(HTTPResponse(status: 200))
                }
                let connection = try server.connect()
                connection.send(get("/"))
                _ = try connection.readToEnd()
            }
        }
    #else
        @Test
        func ignoresASecondAnswerInRelease() throws {
            let server = try TestServer {
                $1.respond(HTTPResponse(status: 200))
                $1.respond(HTTPResponse(status: 404))
            }
            let connection = try server.connect()
            #expect(try connection.exchange(get("/")).status == 200)
            #expect(try connection.exchange(get("/")).status == 200)
        }
    #endif
}
