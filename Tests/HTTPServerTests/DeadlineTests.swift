// Absolute deadlines: the table of phases as a value, then real sockets whose peers drip, stall and do not
// read.
// Times are short by configuration; the tests wait for the close itself, never for a time to pass.

import Foundation
import Testing

@testable import HTTPServer

struct DeadlineTests {
    private static let limits: HTTPServerConfiguration = {
        var limits = HTTPServerConfiguration()
        limits.headerDeadline = .nanoseconds(10)
        limits.bodyDeadline = .nanoseconds(20)
        limits.handlerDeadline = .nanoseconds(30)
        limits.responseDeadline = .nanoseconds(40)
        limits.idleDeadline = .nanoseconds(50)
        return limits
    }()

    static let steps: [(phase: ConnectionClock.Phase, deadline: Int64, remedy: ConnectionClock.Remedy)] = [
        (.head, 10, .timeoutAndClose),  // the opening's deadline stays
        (.body, 125, .timeoutAndClose),
        (.handling, 235, .answerUnavailable),
        (.answering, 345, .close),
        (.idle, 455, .close),
        (.head, 515, .timeoutAndClose),  // a kept connection's head has its own
    ]

    @Test
    func everyPhaseHasItsDeadlineAndRemedy() {
        var clock = ConnectionClock(at: 0, limits: Self.limits)
        #expect(clock.deadline == 10)
        for (number, step) in Self.steps.enumerated() {
            clock.enter(step.phase, at: Int64(number) * 100 + 5, limits: Self.limits)
            #expect(clock.deadline == step.deadline)
            var copy = clock
            #expect(copy.takeRemedy(at: step.deadline - 1) == nil)
            #expect(copy.takeRemedy(at: step.deadline) == step.remedy)
            #expect(copy.takeRemedy(at: step.deadline + 1) == nil, "asked once only")
        }
        var opening = ConnectionClock(at: 5, limits: Self.limits)
        #expect(opening.takeRemedy(at: 15) == .close)
    }

    @Test
    func longDurationsDoNotOverflow() {
        #expect(Duration.seconds(Int64.max).nanoseconds == 3_155_760_000_000_000_000)
        #expect(Duration.seconds(-5).nanoseconds <= 0)
        #expect(Duration.milliseconds(1500).nanoseconds == 1_500_000_000)
    }

    /// Sends one byte a round to every connection that is still open, until all are closed; gives the rounds.
    private func drip(_ text: String, into connections: [RawConnection]) throws -> [Int] {
        let bytes = Array(text.utf8)
        let end = ContinuousClock.now + .seconds(10)
        var rounds = connections.map { _ in 0 }
        var open = Set(connections.indices)
        while !open.isEmpty {
            guard ContinuousClock.now < end else {
                throw RawConnection.Failure(what: "drippers are still held")
            }
            for index in open.sorted() {
                connections[index].send([bytes[rounds[index] % bytes.count]])
                rounds[index] += 1
            }
            var watched = open.sorted().map {
                pollfd(fd: connections[$0].descriptor, events: Int16(POLLIN), revents: 0)
            }
            poll(&watched, nfds_t(watched.count), 10)
            for (watch, index) in zip(watched, open.sorted()) where watch.revents != 0 { open.remove(index) }
        }
        return rounds
    }

    @Test
    func twentyDrippersOfAHeaderAreClosedAtTheDeadline() throws {
        var configuration = HTTPServerConfiguration()
        configuration.headerDeadline = .milliseconds(300)
        let server = try TestServer(configuration)
        let connections = try (0..<20).map { _ in try server.connect() }
        for connection in connections { connection.send("GET / HTTP/1.1\r\nHost: a\r\nX: ") }
        #expect(try server.connect().exchange(get("/healthy")).status == 200)
        let rounds = try drip("x", into: connections)
        #expect((rounds.min() ?? 0) >= 3, "every one was active until it was closed")
        for connection in connections {
            let answer = try connection.readToEnd()
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 408"))
        }
        #expect(server.entries == ["GET /healthy"])
    }

    @Test
    func twentyDrippersOfARequestLineAreClosedAtTheDeadline() throws {
        var configuration = HTTPServerConfiguration()
        configuration.headerDeadline = .milliseconds(300)
        let server = try TestServer(configuration)
        let connections = try (0..<20).map { _ in try server.connect() }
        _ = try drip("GET /xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", into: connections)
        #expect(server.entries == [])
    }

    @Test
    func twentyDrippersOfABodyAreClosedAtTheDeadline() throws {
        var configuration = HTTPServerConfiguration()
        configuration.bodyDeadline = .milliseconds(300)
        let server = try TestServer(configuration)
        let connections = try (0..<20).map { _ in try server.connect() }
        for connection in connections {
            connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        }
        let rounds = try drip("x", into: connections)
        #expect((rounds.min() ?? 0) >= 3, "every one was active until it was closed")
        #expect(server.entries == [])
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: a\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc",
    ])
    func aLateRequestIsTold408(_ start: String) throws {
        var configuration = HTTPServerConfiguration()
        configuration.headerDeadline = .milliseconds(100)
        configuration.bodyDeadline = .milliseconds(100)
        let server = try TestServer(configuration)
        let connection = try server.connect()
        let response = try connection.exchange(start)
        #expect(response.status == 408)
        #expect(response.header("Content-Type") == "application/problem+json")
        #expect(response.header("Connection") == "close")
        #expect(response.header("Date")?.hasSuffix("GMT") == true)
        #expect(try connection.readToEnd() == "")
        #expect(server.entries == [])
    }

    @Test
    func aRequestMayBeGrantedMoreTime() throws {
        var configuration = HTTPServerConfiguration()
        configuration.handlerDeadline = .milliseconds(50)
        let handover = Handover()
        let server = try HTTPServer(
            configuration: configuration,
            allowance: {
                RequestAllowance(bodyLimit: 0, handlerDeadline: $0.path == "/long" ? .seconds(600) : nil)
            }, handler: { handover.put($1) })
        defer { server.stop(grace: .zero) }
        let patient = try RawConnection(port: server.port)
        patient.send(get("/long"))
        let responder = try handover.take()
        // The other one, which came later, is overdue by then.
        #expect(try RawConnection(port: server.port).exchange(get("/short")).status == 503)
        responder.respond(HTTPResponse(status: 200))
        #expect(try patient.readResponse().status == 200)
    }

    @Test
    func silentAndIdleConnectionsAreClosedWithoutAWord() throws {
        var configuration = HTTPServerConfiguration()
        configuration.headerDeadline = .milliseconds(100)
        configuration.idleDeadline = .milliseconds(100)
        let server = try TestServer(configuration)
        let silent = try server.connect()
        #expect(try silent.readToEnd() == "")
        let idle = try server.connect()
        #expect(try idle.exchange(get("/")).status == 200)
        #expect(try idle.readToEnd() == "")
    }

    @Test
    func anIdleDeadlineDoesNotEndAConnectionInUse() throws {
        var configuration = HTTPServerConfiguration()
        configuration.idleDeadline = .milliseconds(500)
        let server = try TestServer(configuration)
        let connection = try server.connect()
        let end = ContinuousClock.now + .milliseconds(1200)
        while ContinuousClock.now < end { #expect(try connection.exchange(get("/")).status == 200) }
    }

    @Test
    func aHandlerThatDoesNotAnswerIsReplacedBy503AndItsLateAnswerIgnored() throws {
        var configuration = HTTPServerConfiguration()
        configuration.handlerDeadline = .milliseconds(100)
        let handover = Handover()
        let server = try TestServer(configuration) { request, responder in
            if request.path == "/slow" {
                handover.put(responder)
            } else {
                responder.respond(HTTPResponse(status: 200))
            }
        }
        let connection = try server.connect()
        let response = try connection.exchange(get("/slow"))
        #expect(response.status == 503)
        #expect(response.header("Retry-After") != nil)
        try handover.take().respond(HTTPResponse(status: 418))
        #expect(try connection.exchange(get("/quick")).status == 200)
    }

    @Test
    func aPeerThatDoesNotReadItsAnswerLosesItsPlace() throws {
        var configuration = HTTPServerConfiguration()
        configuration.connectionLimit = 1
        configuration.responseDeadline = .milliseconds(200)
        let server = try TestServer(configuration) { request, responder in
            let count = request.path == "/large" ? 64 << 20 : 1
            responder.respond(HTTPResponse(status: 200, body: [UInt8](repeating: 1, count: count)))
        }
        let greedy = try server.connect()
        greedy.send(get("/large"))
        let next = try server.connect()
        #expect(try next.exchange(get("/small")).status == 200)
        withExtendedLifetime(greedy) {}
    }
}
