// `POST /v1/messages/{id}/cancel`, `/retry`, `/resolve` and `/revoke`: 200 with the message as it is then, 409 if its state forbids it,
// which no state does to `revoke`. Another dealership's message gets the same 404 as one that is not there.

import Delivery
import Domain
import HTTPServer
import Intake
import JSON
import OutboxStore
import Runtime

struct ActOnMessage: Sendable {
    static let cancelling = Operation(
        "cancelMessage", "Cancels a message that has not left.", scope: .send, body: .json("Nothing"),
        bodyLimit: 1 << 10, answers: [200: .json("Message")], refusals: [409])
    static let retrying = Operation(
        "retryMessage", "Queues a message that ended without being sent; the gate is asked again.",
        scope: .send, body: .json("Nothing"), bodyLimit: 1 << 10, answers: [200: .json("Message")],
        refusals: [409])
    static let resolving = Operation(
        "resolveMessage", "Says what became of a message whose outcome is unknown.", scope: .send,
        body: .json("Resolution"), bodyLimit: 1 << 10, answers: [200: .json("Message")], refusals: [409])
    static let revoking = Operation(
        "revokeMessage",
        "Ends the message's page; the way to unsubscribe stays, and so does everything else.",
        scope: .send, body: .json("Nothing"), bodyLimit: 1 << 10, answers: [200: .json("Message")])

    let store: OutboxStore
    /// Called when a message may be due now.
    let onChange: @Sendable () -> Void
    let log: Log

    func cancel(_ call: Call, _ answer: @escaping Answer) {
        actWithoutBody(call, answer, "cancel") { try store.act(.cancel, on: $0) }
    }

    func retry(_ call: Call, _ answer: @escaping Answer) {
        actWithoutBody(call, answer, "retry") { try store.act(.retry, on: $0) }
    }

    func revoke(_ call: Call, _ answer: @escaping Answer) {
        actWithoutBody(call, answer, "revoke") { try store.revoke($0) }
    }

    /// The body is `{ "outcome": "accepted" | "rejected" | "retry" }`.
    func resolve(_ call: Call, _ answer: @escaping Answer) {
        let resolution: Resolution
        do {
            let reader = try JSONObjectReader(try JSONValue(parsing: call.request.body))
            resolution = try reader.value("outcome") { text throws(ValueError) in
                guard let resolution = Resolution(rawValue: text) else {
                    throw ValueError("must be accepted, rejected or retry")
                }
                return resolution
            }
            try reader.finish()
        } catch let error as JSONProblems {
            return answer(Problem.response(422, "refused", "nothing was changed", errors: error.problems))
        } catch {
            return answer(Problem.response(400, "malformed", "the body is not valid JSON: \(error)"))
        }
        act(call, answer) { try store.resolve($0, resolution) }
    }

    /// There is nothing to say beside the act: the body is empty, or an empty object.
    private func actWithoutBody(
        _ call: Call, _ answer: @escaping Answer, _ name: String, _ act: (MessageID) throws -> MessageRecord
    ) {
        let body = call.request.body
        guard body.isEmpty || (try? JSONValue(parsing: body)) == .object([]) else {
            return answer(
                Problem.response(422, "refused", "\(name) takes no body; nothing was changed"))
        }
        self.act(call, answer, act)
    }

    private func act(_ call: Call, _ answer: Answer, _ body: (MessageID) throws -> MessageRecord) {
        guard let caller = call.caller, let id = try? MessageID(call.values["id"] ?? "") else {
            return answer(Problem.notFound)
        }
        do {
            let found = try store.read { reader throws(StoreError) in try reader.message(id) }
            guard found?.dealership == caller.dealership else { return answer(Problem.notFound) }
            let record = try body(id)
            onChange()
            answer(.json(200, record.view.text()))
        } catch let error as StoreError {
            answer(Problem.response(error, log))
        } catch {
            answer(Problem.response(.failed("\(error)"), log))
        }
    }
}
