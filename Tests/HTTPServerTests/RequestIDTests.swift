// Every answer names its request, the server's own refusals too, and whoever keeps the log is told of a refusal under the same id.

import Foundation
import HTTPServer
import Runtime
import Support
import Testing

@Suite(.timeLimit(.minutes(2)))
struct RequestIDTests {
    @Test func everyAnswerHasAnIDOfItsOwnAndTheHandlerKnowsIt() throws {
        let server = try TestServer { $1.respond(HTTPResponse(status: 200, body: Array($0.id.text.utf8))) }
        let connection = try server.connect()
        var ids: Set<String> = []
        for _ in 1...3 {
            let answer = try connection.exchange(get("/"))
            #expect(answer.header("X-Request-Id") == answer.text)
            ids.insert(answer.text)
        }
        #expect(ids.count == 3)
    }

    @Test func aStrangersIDIsNotTaken() throws {
        let server = try TestServer { $1.respond(HTTPResponse(status: 200, body: Array($0.id.text.utf8))) }
        let given = "0123456789abcdef0123456789abcdef"
        let answer = try server.connect().exchange(
            "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: \(given)\r\n\r\n")
        #expect(answer.text != given && answer.header("X-Request-Id") == answer.text)
    }

    @Test func aProblemSaysWhichRequestItIsOf() throws {
        let server = try TestServer {
            let type = HTTPField(name: "Content-Type", value: "application/problem+json")
            let body = Array((#"{"errors":[{"detail":"}"}],"status":404}"# + "\n").utf8)
            $1.respond(HTTPResponse(status: 404, headers: [type], body: body))
        }
        let answer = try server.connect().exchange(get("/"))
        let id = try #require(answer.header("X-Request-Id"))
        let problem = try JSONDocument(answer.body)
        #expect(problem["instance"].string == "urn:relais:request:\(id)" && problem["status"].integer == 404)
    }

    @Test func aRefusalIsToldUnderTheIDOfItsAnswer() throws {
        let refused = Monitor<[RefusedRequest]>([])
        var configuration = HTTPServerConfiguration()
        configuration.headerDeadline = .milliseconds(200)
        let server = try HTTPServer(
            configuration: configuration, allowance: { _ in RequestAllowance(bodyLimit: 8) },
            handler: { $1.respond(HTTPResponse(status: 200)) },
            onRefusal: { request in refused.update { $0.append(request) } })
        defer { server.stop(grace: .zero) }
        let requests = [
            (400, "GET / HTTP/1.1\r\n\r\n"), (413, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"),
            (
                413,
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n123456789\r\n0\r\n\r\n"
            ),
            (408, "GET / HTTP/1.1\r\nHost: "),
        ]
        for (number, (status, bytes)) in requests.enumerated() {
            let answer = try RawConnection(port: server.port).exchange(bytes)
            #expect(answer.status == status)
            let told = refused.wait(atMost: .seconds(60)) { $0.count > number ? $0[number] : nil }
            #expect(told?.id.text == answer.header("X-Request-Id") && told?.status == status)
            let id = try #require(told?.id.text)
            #expect(try JSONDocument(answer.body)["instance"].string == "urn:relais:request:\(id)")
        }
    }
}
