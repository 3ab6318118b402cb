// `GET /v1/messages/{id}`: the message as it stands. Another dealership's message gets the same 404 as one that is not there.

import Domain
import HTTPServer
import JSON
import OutboxStore
import Runtime

struct ShowMessage: Sendable {
    static let operation = Operation(
        "showMessage", "A message as it stands.", scope: .read, answers: [200: .json("Message")])

    let store: OutboxStore
    let log: Log

    func handle(_ call: Call, _ answer: @escaping Answer) {
        guard let caller = call.caller, let id = try? MessageID(call.values["id"] ?? "") else {
            return answer(Problem.notFound)
        }
        do {
            let record = try store.read { reader throws(StoreError) in try reader.message(id) }
            guard let record, record.dealership == caller.dealership else { return answer(Problem.notFound) }
            answer(.json(200, record.view.text()))
        } catch {
            answer(Problem.response(error, log))
        }
    }
}
