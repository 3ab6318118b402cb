// A connection that is kept from one message to the next is the way to a second SMS (architecture.md, trap 10): libcurl repeats a request by itself
// when such a connection dies before the first byte of the answer, and what a server says late reads as the answer to the next message.

import Delivery
import Support
import Testing
import Transports

@Suite("Kept HTTP connections")
struct KeptConnectionTests {
    private typealias Moment = ScriptedHTTPServer.Moment

    private func outcomes(_ method: String, _ server: ScriptedHTTPServer, between: () throws -> Void = {})
        throws
        -> [Verdict]
    {
        let connection = try SMSProvider(port: server.port, method: method).connection
        let first = connection.deliver(SMSProvider.handover(number: 1)).verdict
        try between()
        return [first, connection.deliver(SMSProvider.handover(number: 2)).verdict]
    }

    @Test(arguments: ["POST", "GET"])
    func oneConnectionServesManyMessages(method: String) throws {
        let server = ScriptedHTTPServer { _ in
            [.request, .send(SMSFault.good), .request, .send(SMSFault.good), .waitForEnd]
        }
        #expect(try outcomes(method, server).map(\.outcome) == [.accepted, .accepted])
        #expect(server.connectionCount == 1 && server.requests.count == 2)
    }

    /// The server has the message, and nobody knows whether it sent it: it must not get it twice.
    @Test(arguments: ["POST", "GET"], [false, true])
    func aRequestOnAConnectionThatDiesLeavesOnce(method: String, isReset: Bool) throws {
        let server = ScriptedHTTPServer { number in
            guard number == 1 else { return [.request, .send(SMSFault.good), .waitForEnd] }
            return [.request, .send(SMSFault.good), .request] + (isReset ? [.reset] : [])
        }
        let verdicts = try outcomes(method, server)
        #expect(verdicts.map(\.outcome) == [.accepted, .unknown])
        #expect(verdicts[1].status == "closed")
        let references = server.requests.map { "\($0.line)\($0.text)" }
        #expect(references.count == 2 && Set(references).count == 2, "each message came once: \(references)")
    }

    /// The third message goes by a new connection and is not held against the second.
    @Test func whatFollowsADeadConnectionIsSent() throws {
        let server = ScriptedHTTPServer { number in
            number == 1
                ? [.request, .send(SMSFault.good), .request]
                : [.request, .send(SMSFault.good), .waitForEnd]
        }
        let connection = try SMSProvider(port: server.port).connection
        let outcomes = (1...3).map { connection.deliver(SMSProvider.handover(number: $0)).verdict.outcome }
        #expect(outcomes == [.accepted, .unknown, .accepted] && server.requests.count == 3)
    }

    @Test(arguments: ["POST", "GET"])
    func aConnectionThatWasClosedMeanwhileIsReplaced(method: String) throws {
        let closed = Moment()
        let server = ScriptedHTTPServer(closed: closed) { number in
            [.request, .send(SMSFault.good)] + (number == 1 ? [] : [.waitForEnd])
        }
        let verdicts = try outcomes(method, server) { try closed.wait() }
        #expect(verdicts.map(\.outcome) == [.accepted, .accepted])
        #expect(server.connectionCount == 2 && server.requests.count == 2)
    }

    @Test(
        "what a server says unasked is nobody's answer",
        arguments: ["400 Bad Request", "201 Created", "408 Request Timeout"], ["POST", "GET"])
    func unasked(head: String, method: String) throws {
        let (ask, told) = (Moment(), Moment())
        let server = ScriptedHTTPServer { number in
            guard number == 1 else {
                return [.request, .send(SMSFault.answer("409 Conflict", "{}")), .waitForEnd]
            }
            return [
                .request, .send(SMSFault.good), .wait(ask),
                .send(SMSFault.answer(head, #"{"id":"unasked"}"#)),
                .tell(told), .request, .send(SMSFault.answer("409 Conflict", "{}")), .waitForEnd,
            ]
        }
        let verdicts = try outcomes(method, server) {
            ask.come()
            try told.wait()
        }
        #expect(verdicts.map(\.status) == ["201", "409"])
        #expect(server.requests.count == 2)
    }
}
