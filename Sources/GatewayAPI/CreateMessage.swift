// `POST /v1/messages`: 202 with the message once it is on disk. A blocked message is accepted too, and says so.

import HTTPServer
import Intake
import JSON
import OutboxStore
import Runtime

struct CreateMessage: Sendable {
    static let bodyLimit = 256 << 10

    let intake: Intake
    /// Called after each accepted message, so that a waiting connection looks for it.
    let onAccept: @Sendable () -> Void
    let log: Log

    func handle(_ call: Call, _ answer: @escaping Answer) {
        guard let caller = call.caller else { return answer(Problem.notFound) }
        let mediaType = (call.request["Content-Type"] ?? "").lowercased()
        guard mediaType == "application/json" || mediaType.hasPrefix("application/json;") else {
            return answer(Problem.response(415, "media-type", "the body must be application/json"))
        }
        guard call.request["Idempotency-Key"] == nil else {
            return answer(
                Problem.response(
                    422, "not-supported", "Idempotency-Key is not honoured by this version yet; leave it out")
            )
        }
        intake.accept(call.request.body, for: caller.dealership) { result in
            switch result {
            case .success(let record):
                onAccept()
                answer(
                    HTTPResponse(
                        status: 202,
                        headers: [
                            HTTPField(name: "Content-Type", value: "application/json"),
                            HTTPField(name: "Location", value: "/v1/messages/\(record.id)"),
                        ], body: record.view.bytes()))
            case .failure(let error): answer(Problem.response(error, log))
            }
        }
    }
}
