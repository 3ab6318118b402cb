// Every way in which a provider of SMS can fail, through libcurl, against what the contract says of it (section 4): what is known not to have
// been taken may be sent again, what has left without an answer that can be read is `unknown`, and no fault makes an attempt accepted. Of the
// cells on one connection the server's own list of requests is the other witness: one, whatever came of it.

import Delivery
import Support
import Testing
import Transports

/// One way to fail and what it has to come to.
struct SMSFault: Sendable, CustomTestStringConvertible {
    let name: String
    let steps: [ScriptedHTTPServer.Step]
    let outcome: Outcome
    let status: String
    var action: RefusalAction?
    var retryAfter: Duration?
    /// How many requests come whole to the server.
    var requests = 1
    /// The request is larger than what leaves before the server reads.
    var isLarge = false

    var testDescription: String { name }

    /// The answer of a server that reads the request, and keeps the connection.
    static func answered(
        _ head: String, body: String = "{}", _ outcome: Outcome, status: String? = nil,
        _ action: RefusalAction? = nil, retryAfter: Duration? = nil
    ) -> SMSFault {
        SMSFault(
            name: "\(head.replacing("\r\n", with: " ")) \(body.prefix(40))",
            steps: [.request, .send(answer(head, body)), .waitForEnd], outcome: outcome,
            status: status ?? String(head.prefix(3)), action: action, retryAfter: retryAfter)
    }

    /// A server that reads the request, says this and closes: no answer.
    static func broken(_ text: String, status: String = "closed") -> SMSFault {
        SMSFault(
            name: "says \(text.debugDescription.prefix(60)) and closes", steps: [.request, .send(text)],
            outcome: .unknown, status: status)
    }

    static func answer(_ head: String, _ body: String) -> String {
        "HTTP/1.1 \(head)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}

extension SMSFault {
    static let taken = #"{"id":"sms-1"}"#
    static let good = answer("201 Created", taken)
    private static let line = "HTTP/1.1 201 Created\r\n"
    private static let filler = "X-Filler: \(String(repeating: "x", count: 4_000))\r\n"

    static let answers: [SMSFault] = [
        .answered("201 Created", body: taken, .accepted), .answered("200 OK", body: taken, .accepted),
        .answered("299 Taken", body: taken, .accepted),
        // A 2xx that does not say what the profile asks for.
        .answered("200 OK", body: "<html>busy</html>", .unknown), .answered("200 OK", body: "", .unknown),
        .answered("200 OK", body: #"{"id":"sms-1""#, .unknown),
        .answered("200 OK", body: #"{"id":""}"#, .unknown),
        .answered("200 OK", body: #"{"id":"1","id":"2"}"#, .unknown),
        .answered("200 OK", body: #"{"status":"refused"}"#, .unknown, status: "refused"),
        .answered("202 Accepted", body: "[]", .unknown), .answered("204 No Content", body: "", .unknown),
        .answered("206 Part", body: "{", .unknown),
        // Not followed, or the message would go to whoever is named there.
        .answered("301 Moved\r\nLocation: /elsewhere", .deferred, .stop),
        .answered("302 Found\r\nLocation: /elsewhere", .unknown),
        .answered("303 See Other\r\nLocation: /elsewhere", .unknown),
        .answered("307 Moved\r\nLocation: /elsewhere", .deferred, .stop),
        .answered("308 Moved\r\nLocation: /elsewhere", .deferred, .stop),
        .answered("400 Bad", .rejected, .fail), .answered("401 Who", .deferred, .stop),
        .answered("402 Pay", .deferred, .stop), .answered("403 No", .deferred, .stop),
        .answered("404 Where", .deferred, .stop), .answered("407 Proxy", .deferred, .stop),
        .answered("408 Slow", .unknown), .answered("409 Conflict", .rejected, .fail),
        .answered("413 Large", .rejected, .fail), .answered("422 What", .rejected, .fail),
        .answered("425 Early", .deferred, .slow), .answered("429 Many", .deferred, .slow),
        .answered("429 Many\r\nRetry-After: 7", .deferred, .slow, retryAfter: .seconds(7)),
        .answered("429 Many\r\nRetry-After: soon", .deferred, .slow),
        .answered("400 Bad\r\nRetry-After: 7", .rejected, .fail),
        .answered("500 Oops", .unknown), .answered("500 Oops\r\nRetry-After: 7", .unknown),
        .answered("500 Oops", body: taken, .unknown), .answered("502 Gateway", .unknown),
        .answered("502 Gateway\r\nRetry-After: 7", .unknown), .answered("503 Busy", .unknown),
        .answered("503 Busy\r\nRetry-After: 7", .deferred, .slow, retryAfter: .seconds(7)),
        .answered("503 Busy\r\nRetry-After: soon", .unknown), .answered("504 Late", .unknown),
        .answered("600 Odd", body: taken, .unknown), .answered("999 Odd", .unknown),
        // Within the limit of an answer, and beyond it: half an answer reads as another one.
        .answered(
            "201 Created", body: #"{"id":"1","x":"\#(String(repeating: "x", count: 60_000))"}"#, .accepted),
        .answered(
            "201 Created", body: #"{"id":"1","x":"\#(String(repeating: "x", count: 70_000))"}"#, .unknown),
        .answered("400 Bad", body: #"{"x":"\#(String(repeating: "x", count: 70_000))"}"#, .rejected, .fail),
    ]

    static let halves: [SMSFault] = [
        .broken(""), .broken("H"), .broken("HTTP/1.1"), .broken("HTTP/1.1 2"), .broken("HTTP/1.1 201"),
        .broken("HTTP/1.1 400 Bad"), .broken("HTTP/1.1 201 Created\r\n"), .broken("HTTP/1.1 400 Bad\r\n"),
        .broken("HTTP/1.1 429 Many\r\nRetry-After: 7\r\n"), .broken("\(line)Content-Le"),
        .broken("\(line)Content-Length: 14\r\n"), .broken("\(line)Content-Length: 14\r\n\r\n"),
        .broken("\(line)Content-Length: 15\r\n\r\n\(taken)"),
        .broken("HTTP/1.1 400 Bad\r\nContent-Length: 4\r\n\r\n{}"),
        .broken("\(line)Transfer-Encoding: chunked\r\n\r\n"),
        .broken("\(line)Transfer-Encoding: chunked\r\n\r\ne\r\n\(taken)"),
        .broken("\(line)Transfer-Encoding: chunked\r\n\r\ne\r\n\(taken)\r\n"),
        .broken("\(line)Transfer-Encoding: chunked\r\n\r\nlong\r\n\(taken)\r\n0\r\n\r\n"),
        .broken("\(line)Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\(taken)\r\n0\r\n\r\n"),
        // Informational answers are none.
        .broken("HTTP/1.1 100 Continue\r\n\r\n"), .broken("HTTP/1.1 103 Hints\r\nLink: </x>\r\n\r\n"),
        .broken("HTTP/1.1 101 Switch\r\nUpgrade: x\r\n\r\n"),
        .broken("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201"),
        .broken("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 Bad\r\n"),
        // No HTTP at all.
        .broken("220 mail.example.com ESMTP\r\n", status: "library"), .broken(taken, status: "library"),
        .broken("\u{0}\u{1}\u{2}\u{3}", status: "library"),
        .broken("ICY 200 OK\r\n\r\n\(taken)", status: "library"),
    ]

    static let ends: [SMSFault] = [
        SMSFault(name: "closes at once", steps: [], outcome: .unknown, status: "closed", requests: 0),
        SMSFault(
            name: "closes within the head", steps: [.read(20)], outcome: .unknown, status: "closed",
            requests: 0),
        SMSFault(
            name: "resets within the head", steps: [.read(20), .reset], outcome: .unknown, status: "closed",
            requests: 0),
        SMSFault(
            name: "resets within the body", steps: [.read(150), .reset], outcome: .unknown, status: "closed",
            requests: 0),
        SMSFault(
            name: "reads all and resets", steps: [.request, .reset], outcome: .unknown, status: "closed"),
        SMSFault(
            name: "reads all and stalls", steps: [.request, .waitForEnd], outcome: .unknown, status: "timeout"
        ),
        SMSFault(
            name: "reads nothing and stalls", steps: [.waitForEnd], outcome: .unknown, status: "timeout",
            requests: 0),
        SMSFault(
            name: "stalls within its answer", steps: [.request, .send("HTTP/1.1 201 Cr"), .waitForEnd],
            outcome: .unknown,
            status: "timeout"),
        SMSFault(
            name: "stalls within a refusal",
            steps: [.request, .send("HTTP/1.1 400 Bad\r\nContent-Length: 9\r\n\r\n{}"), .waitForEnd],
            outcome: .unknown, status: "timeout"),
        SMSFault(
            name: "informs without end", steps: [.request, .sendWithoutEnd("HTTP/1.1 102 Busy\r\n\r\n")],
            outcome: .unknown, status: "closed"),
        SMSFault(
            name: "sends header fields without end", steps: [.request, .send(line), .sendWithoutEnd(filler)],
            outcome: .unknown, status: "closed"),
        SMSFault(
            name: "sends an answer without end",
            steps: [.request, .send("\(line)\r\n"), .sendWithoutEnd(filler)],
            outcome: .unknown, status: "201"),
        SMSFault(
            name: "answers after 100 and 103",
            steps: [
                .request, .send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n\(good)"),
                .waitForEnd,
            ],
            outcome: .accepted, status: "201"),
        SMSFault(
            name: "answers in chunks",
            steps: [
                .request, .send("\(line)Transfer-Encoding: chunked\r\n\r\ne\r\n\(taken)\r\n0\r\n\r\n"),
                .waitForEnd,
            ], outcome: .accepted, status: "201"),
        SMSFault(
            name: "answers up to its end", steps: [.request, .send("\(line)\r\n\(taken)")],
            outcome: .accepted,
            status: "201"),
        SMSFault(
            name: "says too short a length",
            steps: [.request, .send("\(line)Content-Length: 5\r\n\r\n\(taken)"), .waitForEnd],
            outcome: .unknown, status: "201"),
    ]

    /// A request of which a part is still here was not acted on.
    static let large: [SMSFault] = [
        SMSFault(
            name: "reads nothing of much and resets", steps: [.read(1), .reset], outcome: .deferred,
            status: "closed"),
        SMSFault(
            name: "reads half and resets", steps: [.read(500_000), .reset], outcome: .deferred,
            status: "closed"),
        SMSFault(
            name: "reads half and stalls", steps: [.read(500_000), .waitForEnd], outcome: .deferred,
            status: "timeout"),
        SMSFault(
            name: "reads all of much and resets", steps: [.request, .reset], outcome: .unknown,
            status: "closed"),
        SMSFault(
            name: "reads all of much and answers", steps: [.request, .send(good), .waitForEnd],
            outcome: .accepted,
            status: "201"),
    ].map { fault in
        var fault = fault
        fault.isLarge = true
        fault.requests = fault.outcome == .deferred ? 0 : 1
        fault.action = fault.outcome == .deferred ? .next : nil
        return fault
    }
}

@Suite("SMS fault matrix")
struct SMSFaultMatrixTests {
    /// POST carries the message in its body, GET in its URL, as Kannel's does.
    @Test(arguments: ["POST", "GET"], SMSFault.answers + SMSFault.halves + SMSFault.ends)
    func everyFaultIsJudgedAsTheContractSays(method: String, fault: SMSFault) throws {
        try expect(fault, method)
    }

    @Test(arguments: SMSFault.large)
    func whatHasNotLeftMayBeSentAgain(fault: SMSFault) throws {
        try expect(fault, "POST")
    }

    private func expect(_ fault: SMSFault, _ method: String) throws {
        let server = ScriptedHTTPServer(isNarrow: fault.isLarge) { $0 == 1 ? fault.steps : [] }
        let connection = try SMSProvider(port: server.port, method: method, timeout: .seconds(2)).connection
        let text = fault.isLarge ? String(repeating: "long ", count: 800_000) : "Bonjour"
        let report = connection.deliver(SMSProvider.handover(text))
        connection.hangUp()
        let verdict = report.verdict
        #expect(verdict.outcome == fault.outcome, "\(report)")
        #expect(verdict.status == fault.status, "\(report)")
        #expect(verdict.action == fault.action, "\(report)")
        #expect(verdict.retryAfter == fault.retryAfter, "\(report)")
        #expect(verdict.isConfiguration == (fault.action == .stop))
        #expect(
            verdict.isProviderFault == (fault.outcome == .deferred),
            "a fault of the provider charges no message")
        #expect((report.providerReference != nil) == (fault.outcome == .accepted))
        #expect(server.requests.count == fault.requests && server.connectionCount == 1, "\(server.requests)")
        #expect(!"\(report)".contains("621123456"), "nobody's number is kept")
    }

    @Test func aProviderThatCannotBeReachedGetsNothing() throws {
        for (provider, status) in [
            (try SMSProvider(port: RefusingPort.reserve()), "connect"),
            (try SMSProvider(baseURL: "http://name.invalid"), "resolve"),
        ] {
            let verdict = provider.connection.deliver(SMSProvider.handover()).verdict
            #expect(verdict.outcome == .deferred && verdict.status == status)
            #expect(verdict.action == .next && verdict.isProviderFault && !verdict.isConfiguration)
        }
    }

    /// The reset and the request cross each other: it has left or it has not, and was not taken for an answer.
    @Test func aConnectionThatIsResetAtOnceIsNoAnswer() throws {
        let server = ScriptedHTTPServer { _ in [.reset] }
        let verdict = try SMSProvider(port: server.port).connection.deliver(SMSProvider.handover()).verdict
        #expect(
            [.deferred, .unknown].contains(verdict.outcome) && ["closed", "connect"].contains(verdict.status))
        #expect(server.requests.isEmpty && server.connectionCount == 1)
    }

    @Test(arguments: ["good", "expired", "other-host", "unknown-authority"])
    func nothingLeavesToAServerThatIsNotTheOne(certificate: String) throws {
        let folder = try TestFolder()
        let server = try ServerProcess.https(
            certificate: certificate == "unknown-authority" ? "good" : certificate, in: folder)
        let provider = try SMSProvider(
            baseURL: "https://127.0.0.1:\(server.port)",
            caFile: certificate == "unknown-authority" ? nil : folder.path + "/certificate.pem")
        let verdict = provider.connection.deliver(SMSProvider.handover()).verdict
        if certificate == "good" {
            #expect(verdict.outcome == .accepted && verdict.status == "201", "\(verdict)")
        } else {
            #expect(verdict.outcome == .deferred && verdict.status == "certificate", "\(verdict)")
            #expect(verdict.isConfiguration && verdict.action == .stop)
        }
        let log = try? String(contentsOfFile: folder.path + "/log", encoding: .utf8)
        #expect((log != nil) == (certificate == "good"))
    }

    @Test func aServerWithoutTLSGetsNothing() throws {
        for text in [
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "220 mail.example.com ESMTP\r\n",
        ] {
            let server = ScriptedHTTPServer { _ in [.read(1), .send(text), .waitForEnd] }
            let provider = try SMSProvider(baseURL: "https://127.0.0.1:\(server.port)")
            let verdict = provider.connection.deliver(SMSProvider.handover()).verdict
            #expect(verdict.outcome == .deferred && verdict.status == "tls" && verdict.action == .stop)
        }
    }
}
