// The answer to HELP: who it is that writes, as a message like any other, so that the gate, the quota and the ledger apply. Once a day for a
// number at most: the idempotency key says the day, so that nobody spends a dealership's money by asking again.

import Domain
import Intake
import JSON
import OutboxStore
import Runtime

struct Introduction: Sendable {
    /// The kind that says it.
    static let template = "who-writes"

    let intake: Intake
    let onAccept: @Sendable (Channel?) -> Void
    let clock: WallClock
    let log: Log

    func send(to number: String, _ person: HeardText.Correspondent) {
        let request: JSONValue = [
            "template": .string(Self.template), "channels": ["sms"], "to": ["phone": .string(number)],
        ]
        let day = clock.now().text.prefix(10)
        let key = Intake.KeySource.header("help-\(person.contact)-\(day)")
        intake.accept(request.bytes(), key: key, for: person.dealership) { result in
            switch result {
            case .success(let message): if !message.isReplayed { onAccept(message.channel) }
            case .failure(let error):
                log(
                    .warning, "help-not-answered",
                    ["dealership": .dealership(person.dealership), "reason": .error(error)])
            }
        }
    }
}
