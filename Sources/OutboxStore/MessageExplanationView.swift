// The one JSON view of an explanation, the same for the API and the command line, and its sentence for a person.

import Consent
import Domain
import JSON

extension MessageExplanation {
    package var view: JSONValue {
        [
            "id": .string(record.id.description), "state": .string(record.state.rawValue),
            "reason": record.view["reason"] ?? .null,
            "decidedBy": .string(decider.rawValue), "because": .string(sentence),
            "template": .string(record.template),
            "templateDigest": record.view["templateDigest"] ?? .null,
            "providers": .array(providers.map { .string($0) }),
            "gate": decision?.view ?? .null,
        ]
    }

    /// The providers that it was handed to, in order.
    package var providers: [String] { record.attempts.map(\.provider) }

    /// Why the message is what it is, in words.
    package var sentence: String {
        switch decider {
        case .gate: decision?.sentence ?? "the gate was asked by a version that kept no record of it"
        case .recipientsAllow: "recipients.allow in relais.json does not name the recipient"
        case .deadline: "its deliverBy, or the time for trying again, was over before it could leave"
        case .route:
            "it may have been sent by a provider that is not of the route any more, and is handed to no other"
        case .newerMessage: "a newer message with the same coalesceKey took its place"
        case .operator: "an operator or its sender decided (\(record.reasonCode ?? ""))"
        case .gateway: "the gateway set it aside (\(record.reasonCode ?? ""))"
        case .provider: "its last attempt ended with \(record.reasonCode ?? "")"
        }
    }
}

extension MessageExplanation.Decision {
    fileprivate var view: JSONValue {
        let again = again
        return [
            "at": .string(question.at.text), "seq": .integer(seq), "countsCustomer": .bool(countsCustomer),
            "purpose": .string(question.purpose.text), "class": .string(question.class.rawValue),
            "channel": .string(question.channel.rawValue),
            "references": [
                "address": .string(question.references.address.description),
                "customer": .optional(question.references.customer?.description),
                "otherAddress": .optional(question.references.otherAddress?.description),
            ],
            "rule": .string(question.class.rule), "verdict": .string(verdict),
            "entry": .optional(entry?.description), "entries": .array(entries.map(\.view)),
            "again": [
                "verdict": .string(again.verdict.word), "entry": .optional(again.entry?.description),
                "isSame": .bool(isSameAgain),
            ],
        ]
    }

    /// What the gate said and why.
    fileprivate var sentence: String {
        let decided = entries.first { $0.id == entry }.map { " by \($0.event.rawValue) \($0.scope)" } ?? ""
        switch verdict {
        case "allowed" where entry == nil:
            return "the gate allowed it: nothing that it read stops \(question.purpose)"
        case "allowed": return "the gate allowed it\(decided)"
        case BlockReason.noConsent.code: return "the gate found no consent for \(question.purpose)"
        default: return "the gate stopped it\(decided)"
        }
    }
}
