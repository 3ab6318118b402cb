// `GET /v1/messages/{id}/explain`: why a message was sent or not, decided once more from the record. Another dealership's message gets
// the same 404 as one that is not there.

import Domain
import HTTPServer
import JSON
import OutboxStore
import Runtime

struct ExplainMessage: Sendable {
    static let operation = Operation(
        "explainMessage", "Why a message was sent or not, decided once more from the record.", scope: .read,
        answers: [200: .json("Explanation")])

    let store: OutboxStore
    let log: Log

    func handle(_ call: Call, _ answer: @escaping Answer) {
        guard let caller = call.caller, let id = try? MessageID(call.values["id"] ?? "") else {
            return answer(Problem.notFound)
        }
        do {
            let explanation = try store.read { reader throws(StoreError) in try reader.explanation(id) }
            guard let explanation, explanation.record.dealership == caller.dealership else {
                return answer(Problem.notFound)
            }
            answer(.json(200, explanation.view.text()))
        } catch {
            answer(Problem.response(error, log))
        }
    }
}
