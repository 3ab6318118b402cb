// `POST /v1/messages/preview`: what a message would be and what the gate would say, from the same checks and the same composing as a real
// one. Nothing is stored, and its links lead nowhere: whoever tries them in a preview must not unsubscribe the customer.

import HTTPServer
import Intake
import JSON
import Runtime

struct PreviewMessage: Sendable {
    static let operation = Operation(
        "previewMessage", "What a message would be, and what the gate would say; nothing is stored.",
        scope: .send, body: .json("MessageRequest"), bodyLimit: Intake.requestLimit,
        answers: [200: .json("Preview")])

    let intake: Intake
    let log: Log

    func handle(_ call: Call, _ answer: Answer) {
        guard let caller = call.caller else { return answer(Problem.notFound) }
        do {
            let preview = try intake.preview(try call.json(), for: caller.dealership)
            let verdict: JSONValue = [
                "verdict": .string(preview.verdict.word),
                "entry": .optional(preview.verdict.block?.entry?.description),
            ]
            let email: JSONValue = [
                "subject": .string(preview.message.subject), "html": .string(preview.message.html),
                "text": .string(preview.message.text),
            ]
            answer(
                .json(
                    200,
                    JSONValue.object([
                        JSONMember(name: "verdict", value: verdict), JSONMember(name: "email", value: email),
                    ]).text()))
        } catch let refusal as RequestRefused {
            answer(refusal.response)
        } catch let error as IntakeError {
            answer(Problem.response(error, log))
        } catch {
            answer(Problem.response(.failed("\(error)"), log))
        }
    }
}
