// Start and stop: what keeps a server from starting, and what becomes of requests when it ends.

import Foundation
import Runtime
import Testing

@testable import HTTPServer

struct LifecycleTests {
    @Test(arguments: ["localhost", "", "127.0.0.256", "::1%nope"])
    func refusesWhatIsNoAddress(_ address: String) {
        var configuration = HTTPServerConfiguration()
        configuration.address = address
        #expect(throws: HTTPServerError.invalidAddress(address, port: 0)) { try TestServer(configuration) }
    }

    @Test(arguments: [-1, 65_536])
    func refusesWhatIsNoPort(_ port: Int) {
        var configuration = HTTPServerConfiguration()
        configuration.port = port
        #expect(throws: HTTPServerError.invalidAddress("127.0.0.1", port: port)) {
            try TestServer(configuration)
        }
    }

    @Test
    func refusesAPortThatIsTakenAndTakesItOnceItIsFree() throws {
        var configuration = HTTPServerConfiguration()
        let first = try TestServer()
        configuration.port = first.port
        let error = HTTPServerError.cannotListen("127.0.0.1", port: first.port, code: EADDRINUSE)
        #expect(throws: error) { try TestServer(configuration) }
        #expect(error.description.contains("choose another address or port"))
        #expect(try first.connect().exchange(get("/")).status == 200)
        first.server.stop(grace: .zero)
        let second = try TestServer(configuration)
        #expect(second.port == first.port)
        #expect(try second.connect().exchange(get("/")).status == 200)
    }

    @Test
    func stopsAtOnceWithoutRequests() throws {
        let server = try TestServer()
        let fresh = try server.connect()
        let idle = try server.connect()
        #expect(try idle.exchange(get("/")).status == 200)
        let time = ContinuousClock().measure { server.server.stop(grace: .seconds(60)) }
        #expect(time < .seconds(10))
        #expect(try fresh.readToEnd() == "")
        #expect(try idle.readToEnd() == "")
        #expect(throws: RawConnection.Failure.self) { try server.connect() }
        server.server.stop(grace: .seconds(60))
    }

    @Test
    func letsARunningRequestEndAndThenCloses() throws {
        let handover = Handover()
        let server = try TestServer { handover.put($1) }
        let connection = try server.connect()
        connection.send(get("/"))
        let responder = try handover.take()
        let stopped = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [server = server.server] in
            server.stop(grace: .seconds(60))
            stopped.signal()
        }
        try waitUntilRefused(server)
        responder.respond(HTTPResponse(status: 200, body: Array("done".utf8)))
        #expect(try connection.readResponse().text == "done")
        #expect(try connection.readToEnd() == "")
        #expect(stopped.wait(timeout: .now() + 10) == .success)
    }

    @Test
    func doesNotKeepAConnectionWhoseAnswerWasUnderWayWhenTheStopCame() throws {
        let server = try TestServer {
            $1.respond(HTTPResponse(status: 200, body: [UInt8](repeating: 1, count: 32 << 20)))
        }
        let connection = try server.connect()
        connection.send(get("/"))
        // The first bytes are here, and the rest is more than the kernel takes: the answer is under way.
        var byte: UInt8 = 0
        #expect(recv(connection.descriptor, &byte, 1, Int32(MSG_PEEK)) == 1)
        let stopped = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [server = server.server] in
            server.stop(grace: .seconds(60))
            stopped.signal()
        }
        try waitUntilRefused(server)
        #expect(try connection.readResponse().body.count == 32 << 20)
        #expect(try connection.readToEnd() == "")
        #expect(stopped.wait(timeout: .now() + 10) == .success)
    }

    @Test
    func readsABodyThatHasBegunWhileStopping() throws {
        let server = try TestServer()
        let connection = try server.connect()
        let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        #expect(try connection.exchange(head).status == 100)
        let stopped = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [server = server.server] in
            server.stop(grace: .seconds(60))
            stopped.signal()
        }
        try waitUntilRefused(server)
        #expect(try connection.exchange("abc").text == "abc")
        #expect(try connection.readToEnd() == "")
        #expect(stopped.wait(timeout: .now() + 10) == .success)
    }

    @Test
    func answers503ForWhatIsLeftAfterTheGraceAndIgnoresLateAnswers() throws {
        let handover = Handover()
        let server = try TestServer { handover.put($1) }
        let connections = try (0..<5).map { _ in try server.connect() }
        for connection in connections { connection.send(get("/")) }
        let responders = try connections.map { _ in try handover.take() }
        server.server.stop(grace: .milliseconds(50))
        for connection in connections {
            let response = try connection.readResponse()
            #expect(response.status == 503)
            #expect(response.header("Retry-After") != nil)
            #expect(response.header("Connection") == "close")
            #expect(try connection.readToEnd() == "")
        }
        for responder in responders { responder.respond(HTTPResponse(status: 200)) }
    }

    @Test
    func survivesAnswersThatRaceWithTheStop() throws {
        for _ in 0..<50 {
            let handover = Handover()
            let server = try TestServer { handover.put($1) }
            let connections = try (0..<8).map { _ in try server.connect() }
            for connection in connections { connection.send(get("/")) }
            let responders = try connections.map { _ in try handover.take() }
            Thread.detachNewThread {
                for responder in responders { responder.respond(HTTPResponse(status: 200)) }
            }
            server.server.stop(grace: .zero)
            for connection in connections {
                #expect([200, 503].contains(try connection.readResponse().status))
            }
        }
    }

    @Test
    func survivesClientsThatLeaveBeforeTheAnswer() throws {
        let handover = Handover()
        let server = try TestServer { handover.put($1) }
        for _ in 0..<20 {
            try server.connect().send(get("/"))
            try handover.take().respond(
                HTTPResponse(status: 200, body: [UInt8](repeating: 1, count: 100_000)))
        }
        let last = try server.connect()
        last.send(get("/"))
        try handover.take().respond(HTTPResponse(status: 200))
        #expect(try last.readResponse().status == 200)
    }

    @Test
    func letsAConnectionBeyondTheLimitWaitForAPlace() throws {
        var configuration = HTTPServerConfiguration()
        configuration.connectionLimit = 2
        let server = try TestServer(configuration)
        let first = try server.connect()
        let second = try server.connect()
        #expect(try first.exchange(get("/1")).status == 200)
        #expect(try second.exchange(get("/2")).status == 200)
        let third = try server.connect()
        third.send(get("/3"))
        // The two answers below prove that the server was at work while the third request lay waiting.
        #expect(try first.exchange(get("/4")).status == 200)
        #expect(try second.exchange(get("/5")).status == 200)
        #expect(server.entries == ["GET /1", "GET /2", "GET /4", "GET /5"])
        first.finishSending()
        #expect(try third.readResponse().status == 200)
    }

    /// Waits until the port answers no more, by trying.
    private func waitUntilRefused(_ server: TestServer) throws {
        let end = ContinuousClock.now + .seconds(10)
        while (try? server.connect()) != nil {
            guard ContinuousClock.now < end else { throw RawConnection.Failure(what: "still listening") }
        }
    }
}
