// `POST /v1/messages`: 202 with the message once it is on disk. A blocked message is accepted too, and says so.

import Domain
import HTTPServer
import Intake
import JSON
import OutboxStore
import Runtime

struct CreateMessage: Sendable {
    static let operation = Operation(
        "createMessage", "Enqueues a message; it is on disk before the answer.", scope: .send,
        body: .json("MessageRequest"), bodyLimit: Intake.requestLimit,
        parameters: [
            .header(
                "Idempotency-Key", "IdempotencyKey", "The same request with the same key makes one message.")
        ], answers: [202: .json("Message")], refusals: [409])

    let intake: Intake
    /// Called after each accepted message, so that a waiting connection looks for it.
    let onAccept: @Sendable (Channel?) -> Void
    let log: Log

    func handle(_ call: Call, _ answer: @escaping Answer) {
        guard let caller = call.caller else { return answer(Problem.notFound) }
        let mediaType = (call.request["Content-Type"] ?? "").lowercased()
        guard mediaType == "application/json" || mediaType.hasPrefix("application/json;") else {
            return answer(Problem.response(415, "media-type", "the body must be application/json"))
        }
        let keys = call.request.headers.filter { $0.isNamed("Idempotency-Key") }
        guard keys.count <= 1 else {
            return answer(Problem.response(400, "malformed", "Idempotency-Key is there more than once"))
        }
        let key = Intake.KeySource.header(keys.first?.value)
        intake.accept(call.request.body, key: key, for: caller.dealership) { result in
            switch result {
            case .success(let message):
                if !message.isReplayed { onAccept(message.channel) }
                let replayed =
                    message.isReplayed ? [HTTPField(name: "Idempotency-Replayed", value: "true")] : []
                let location = HTTPField(name: "Location", value: "/v1/messages/\(message.id)")
                answer(.json(202, message.answer, headers: [location] + replayed))
            case .failure(let error): answer(Problem.response(error, log))
            }
        }
    }
}
