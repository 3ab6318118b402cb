// `POST /v1/messages/batch`: one message a line (NDJSON), each by itself, with its key in its member `key`. 200 with one result a line, in
// order: the message as it was accepted, or a problem document with its own `status`. What cannot be tried any more, because the store
// failed or the time is over, says 503 for its line; no line that was accepted is denied. Batches have their own few threads, so that single
// messages never wait for them.

import Domain
import HTTPServer
import Intake
import JSON
import OutboxStore
import Runtime

struct CreateMessages: Sendable {
    /// The deadline is for the whole answer; the lines that `workLimit` leaves are answered well before.
    static let operation = Operation(
        "createMessages", "Enqueues messages, one a line, each by itself; one result a line, in order.",
        scope: .send, body: .ndjson("BatchLine"), bodyLimit: 64 << 20, answers: [200: .ndjson("BatchResult")],
        handlerDeadline: .seconds(120))
    /// No line is begun later than this after the batch came.
    private static let workLimit = Duration.seconds(90)
    /// Lines of one batch: a body of the shortest lines must not make an answer of gigabytes.
    private static let lineLimit = 100_000
    /// No line is begun once the answer has this many bytes.
    private static let answerLimit = 128 << 20

    let intake: Intake
    let work: WorkQueue
    /// Set when the gateway is stopping.
    let isWindingUp: Lock<Bool>
    /// Called after each accepted message, so that a waiting connection looks for it.
    let onAccept: @Sendable (Channel?) -> Void
    let log: Log

    func handle(_ call: Call, _ answer: @escaping Answer) {
        guard let caller = call.caller else { return answer(Problem.notFound) }
        let mediaType = (call.request["Content-Type"] ?? "").lowercased()
        guard mediaType == "application/x-ndjson" || mediaType.hasPrefix("application/x-ndjson;") else {
            return answer(Problem.response(415, "media-type", "the body must be application/x-ndjson"))
        }
        // Whoever sends one believes that the whole batch counts once, and it does not.
        guard call.request["Idempotency-Key"] == nil else {
            let detail = "a batch has no Idempotency-Key: each line has its own, in its member key"
            return answer(Problem.response(422, "not-supported", detail))
        }
        let end = ContinuousClock.now + Self.workLimit
        let isTaken = work.submit { answer(results(of: call.request.body, caller.dealership, until: end)) }
        if !isTaken { answer(Problem.unavailable("too many batches at once; try again shortly")) }
    }

    private func results(
        of body: [UInt8], _ dealership: DealershipID, until end: ContinuousClock.Instant
    ) -> HTTPResponse {
        let lines = NDJSONLines(body)
        var lineCount = 0
        for _ in lines {
            lineCount += 1
            guard lineCount <= Self.lineLimit else {
                let detail = "a batch has at most \(Self.lineLimit) lines; nothing of this one was accepted"
                return Problem.response(413, "too-large", detail)
            }
        }
        var output: [UInt8] = []
        var answered = 0
        intake.acceptEach(
            lines, for: dealership,
            while: {
                !isWindingUp.withLock { $0 } && ContinuousClock.now < end && output.count < Self.answerLimit
            }
        ) { result in
            answered += 1
            output += line(result)
        }
        let untried = Problem.unavailable("this line was not tried; send it again, with the same key").body
        for _ in answered..<lineCount { output += untried }
        let type = HTTPField(name: "Content-Type", value: "application/x-ndjson")
        return HTTPResponse(status: 200, headers: [type], body: output)
    }

    /// One result with its line feed.
    private func line(_ result: Result<AcceptedMessage, IntakeError>) -> [UInt8] {
        switch result {
        case .success(let message):
            if !message.isReplayed { onAccept(message.channel) }
            return Array(message.answer.utf8) + [UInt8(ascii: "\n")]
        case .failure(.malformed(let error)):
            let detail = "this line is not valid JSON: column \(error.column): \(error.reason)"
            return Problem.response(400, "malformed", detail).body
        case .failure(let error): return Problem.response(error, log).body
        }
    }
}
