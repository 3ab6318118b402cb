// `POST /v1/messages/preview`: what a message would be and what the gate would say, from the same checks and the same composing as a real
// one. Nothing is stored, and its links lead nowhere: whoever tries them in a preview must not unsubscribe the customer.

import Composer
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
            let members = [JSONMember(name: "verdict", value: verdict)]
            answer(.json(200, JSONValue.object(members + channels(of: preview.message)).text()))
        } catch let refusal as RequestRefused {
            answer(refusal.response)
        } catch let error as IntakeError {
            answer(Problem.response(error, log))
        } catch {
            answer(Problem.response(.failed("\(error)"), log))
        }
    }

    /// What it would be by each channel that the request names and the contact has.
    private func channels(of message: ComposedMessage) -> [JSONMember] {
        let email = message.email.map { email -> JSONValue in
            [
                "subject": .string(email.subject), "html": .string(email.html), "text": .string(email.text),
            ]
        }
        let sms = message.sms.map { sms -> JSONValue in
            [
                "sender": .string(sms.sender), "text": .string(sms.text.text),
                "encoding": .string(sms.text.encoding.rawValue), "segments": .integer(sms.text.segments),
                "offendingCharacters": .array(sms.text.offendingCharacters.map { .string(String($0)) }),
            ]
        }
        return [("email", email), ("sms", sms)].compactMap { name, value in
            value.map { JSONMember(name: name, value: $0) }
        }
    }
}
