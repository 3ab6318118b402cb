// One rule of a profile's error map: when it fits, what the refusal is about and what is done, in the words of `reply-rules.json`. A rule that could say
// too much is refused when it is read: about the person without the provider's own words, a refusal out of a bare 2yz, an action that does not belong
// to its class.

import Delivery
import JSON

struct AnswerRule: Sendable {
    let condition: AnswerCondition
    let refusal: RefusalClass
    let action: RefusalAction

    init(_ reader: JSONObjectReader, _ parameters: ProfileParameters) throws(JSONProblems) {
        condition = try AnswerCondition(reader, parameters, statuses: nil)
        refusal = try reader.word("class", parameters)
        action = try reader.word("action", parameters)
        guard try !reader.string("source").isEmpty else {
            throw reader.problem("source", detail: "must say where the meaning is written")
        }
        let possible = Self.actions(of: refusal)
        guard possible.contains(action) else {
            let words = possible.map(\.rawValue).joined(separator: ", ")
            throw reader.problem(
                "action",
                detail: possible.isEmpty
                    ? "no provider can say \(refusal.rawValue)"
                    : "must be one of \(words) for \(refusal.rawValue)")
        }
        let statuses = condition.statuses
        guard condition.readsBody || !statuses.contains(where: { $0.overlaps(200...299) }) else {
            throw reader.problem(
                "statuses", detail: "must not be 2yz without codes, has or text: it may have been accepted")
        }
        guard condition.readsBody || ![.recipient, .mailbox, .objected].contains(refusal) else {
            throw reader.problem(
                "codes", code: "missing",
                detail: "is required, or has or text: a status alone says nothing about the person")
        }
        guard !statuses.contains(where: { $0.count == 1 && AnswerRules.fixed.contains($0.lowerBound) }) else {
            throw reader.problem("statuses", detail: "must not be 408, 425 or 429: what they mean is fixed")
        }
    }

    /// What may follow a refusal of each class; nothing where the class is not a provider's to say.
    private static func actions(of refusal: RefusalClass) -> [RefusalAction] {
        switch refusal {
        case .recipient, .objected, .content: [.fail]
        case .mailbox: [.fail, .retry]
        case .policy, .throttle: [.slow, .next]
        case .sender, .protocolError: [.next]
        case .configuration: [.stop, .slow]
        case .temporary: [.retry, .slow]
        case .refused: [.fail, .next]
        case .greylisting, .connection, .withheld: []
        }
    }
}
