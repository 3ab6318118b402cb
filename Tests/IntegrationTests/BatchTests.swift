// `POST /v1/messages/batch` against the real executable: one answer a line, in order, each line by itself, and nothing that was accepted is
// denied, whatever ends the batch.

import Foundation
import Support
import Testing

@Suite("POST /v1/messages/batch") struct BatchTests {
    private let home: TestHome
    private let key: String
    private let gateway: RelaisGateway

    init() throws {
        home = try TestHome()
        key = try home.key()
        gateway = try home.serve()
    }

    private func post(_ body: [UInt8], _ fields: [(String, String)]? = nil, key: String? = nil) throws
        -> HTTPAnswer
    {
        // Ten thousand lines in a debug build on a busy machine.
        try HTTPClient(port: gateway.port, patienceSeconds: 120).send(
            "POST", "/v1/messages/batch",
            [("Authorization", "Bearer \(key ?? self.key)")]
                + (fields ?? [("Content-Type", "application/x-ndjson")]), body: body)
    }

    private func post(lines: [[UInt8]]) throws -> (answer: HTTPAnswer, documents: [JSONDocument]) {
        let answer = try post(Array(lines.joined(separator: [0x0A])) + [0x0A])
        guard answer.status == 200 else { throw TestFailure("\(answer.status): \(answer.text.prefix(500))") }
        #expect(answer["Content-Type"] == "application/x-ndjson")
        return (answer, try answer.body.split(separator: 0x0A).map { try JSONDocument(Array($0)) })
    }

    private func message(_ number: Int, email: String? = nil) -> SampleMessage {
        var message = SampleMessage(email ?? "p\(number)@example.com")
        message.reference = "WO-\(number)"
        return message
    }

    private func line(_ number: Int) -> [UInt8] { message(number).with("key", "k-\(number)") }

    @Test func everyLineIsAnsweredInOrderAndByItself() throws {
        try home.succeed([
            "consent", "record", "--event", "objected", "--scope", "all", "--method", "phone", "--email",
            "paul@example.com", "--dealership", TestHome.dealership,
        ])
        let lines = [
            line(0), Array("{ broken".utf8), Array("  ".utf8), message(2, email: "paul@example.com").bytes,
            message(3).with("surprise", 1), Array("[1]".utf8), [], message(5).with("key", 7),
            Array("\"a\" trailing".utf8), [UInt8](repeating: 0x20, count: 300_000) + line(7), line(8),
        ]
        let (_, documents) = try post(lines: lines)
        #expect(documents.map { $0["status"].integer } == [nil, 400, nil, 422, 422, 422, 400, 413, nil])
        #expect(documents[0]["reference"].string == "WO-0" && documents[0]["state"].string == "queued")
        #expect(documents[1]["detail"].string?.contains("this line is not valid JSON: column 3") == true)
        #expect(documents[2]["state"].string == "blocked" && documents[2]["reason"]["entry"].string != nil)
        #expect(documents[3]["errors"][0]["pointer"].string == "/surprise")
        #expect(documents[4]["errors"][0]["code"].string == "wrong-type")
        #expect(documents[5]["errors"][0]["pointer"].string == "/key")
        #expect(documents[8]["reference"].string == "WO-8")
        let id = try #require(documents[8]["id"].string)
        #expect(try gateway.settled(id, key: key)["state"].string == "sent")
        #expect(try home.messages().count == 3)
        #expect(try gateway.stop() == 0)
    }

    @Test func aRepeatedBatchGetsTheFirstAnswers() throws {
        let lines = (0..<50).map { line($0) }
        let first = try post(lines: lines)
        for document in first.documents {
            _ = try gateway.settled(#require(document["id"].string), key: key)
        }
        #expect(try post(lines: lines).answer.body == first.answer.body)
        // The same keys count in a request of their own, and for another message they are refused.
        let single = try gateway.client.post(
            message: message(1).bytes, key: key, [("Idempotency-Key", "k-1")])
        #expect(try single.json()["id"].string == first.documents[1]["id"].string)
        let other = try post(lines: [message(99).with("key", "k-1"), line(50)])
        #expect(other.documents[0]["errors"][0]["code"].string == "key-reused")
        #expect(other.documents[1]["state"].string == "queued")
        #expect(try home.messages().count == 51)
        #expect(try gateway.stop() == 0)
    }

    @Test func tenThousandLinesHalfOfThemBad() throws {
        let lines = (0..<10_000).map { number in
            number.isMultiple(of: 2) ? line(number) : Array("{\"template\":\(number)".utf8)
        }
        let (_, documents) = try post(lines: lines)
        #expect(documents.count == 10_000)
        for (number, document) in documents.enumerated() {
            let isRight =
                number.isMultiple(of: 2)
                ? document["reference"].string == "WO-\(number)" : document["status"].integer == 400
            guard isRight else {
                Issue.record("line \(number): \(document["status"].integer ?? 0)")
                return
            }
        }
        #expect(try home.messages().count == 5000)
    }

    @Test func anEmptyBatchHasNoResults() throws {
        for body in ["", "\n", " \r\n\n"] {
            let answer = try post(Array(body.utf8))
            #expect(answer.status == 200 && answer.body.isEmpty)
        }
        #expect(try gateway.stop() == 0)
    }

    @Test func whatIsNoBatchIsRefusedWhole() throws {
        let type = ("Content-Type", "application/x-ndjson")
        #expect(try post(line(1), [("Content-Type", "application/json")]).status == 415)
        #expect(try post(line(1), []).status == 415)
        let keyed = try post(line(1), [type, ("Idempotency-Key", "k")])
        #expect(keyed.status == 422 && keyed.text.contains("each line has its own"))
        #expect(try post(line(1), key: home.key("read")).status == 403)
        #expect(try post(line(1), [type], key: "relais_x").status == 401)
        let shortLines = [UInt8](repeating: 0x31, count: 200_002).enumerated().map { $0 % 2 == 0 ? $1 : 0x0A }
        let many = try post(shortLines)
        #expect(many.status == 413 && many.text.contains("at most 100000 lines"))
        let read = try gateway.client.send(
            "GET", "/v1/messages/batch", [("Authorization", "Bearer \(key)")])
        #expect(read.status == 405)
        #expect(try home.messages().isEmpty)
        #expect(try post(line(1), [("Content-Type", "application/x-ndjson; charset=utf-8")]).status == 200)
        #expect(try gateway.stop() == 0)
    }

    @Test func aBatchEndsAt64MB() throws {
        let limit = 64 << 20
        let body = line(1) + [UInt8](repeating: 0x0A, count: limit - line(1).count)
        let answer = try post(body)
        #expect(answer.status == 200)
        #expect(try answer.json()["reference"].string == "WO-1")
        #expect(try post(body + [0x0A]).status == 413)
        #expect(try home.messages().count == 1)
    }

    @Test func aGatewayThatStopsAnswersEveryLine() throws {
        let count = 30_000
        let body = Array((0..<count).map { line($0) }.joined(separator: [0x0A]))
        let (batch, isTaken) = (Mailbox<Result<HTTPAnswer, any Error>>(), Mailbox<Bool>())
        Thread.detachNewThread {
            isTaken.put(true)
            batch.put(Result { try post(body) })
        }
        _ = isTaken.take()
        let hasBegun: Bool? = try Patience.wait { try home.messages().isEmpty ? nil : true }
        #expect(hasBegun == true)
        gateway.terminate()
        let answer = try batch.take().get()
        #expect(try gateway.waitForEnd() == 0)
        #expect(answer.status == 200)
        let documents = try answer.body.split(separator: 0x0A).map { try JSONDocument(Array($0)) }
        #expect(documents.count == count)
        let accepted = documents.prefix { $0["state"].string == "queued" }
        #expect(accepted.count < count, "the batch was not over yet")
        for document in documents.dropFirst(accepted.count) {
            guard document["status"].integer == 503, document["retryAfterSeconds"].integer == 5 else {
                Issue.record("\(document["status"].integer ?? 0)")
                return
            }
        }
        // Exactly what was said to be accepted is there.
        let ids = Set(accepted.compactMap { $0["id"].string })
        #expect(Set(try home.messages().compactMap { $0["id"].string }) == ids)
    }
}

/// One value from one thread to another.
private final class Mailbox<Value: Sendable>: @unchecked Sendable {
    private let arrived = DispatchSemaphore(value: 0)
    private var value: Value?

    func put(_ value: Value) {
        self.value = value
        arrived.signal()
    }

    func take() -> Value {
        arrived.wait()
        guard let value else { preconditionFailure("nothing was put") }
        return value
    }
}
