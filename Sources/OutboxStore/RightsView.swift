// What is answered to a person's request, as JSON: the same for the API and the command line. And the evidence of a rectification, whose
// reason must be provable later: it is the first word of a text beside the chain.

import Consent
import Domain
import JSON

extension RectifiedContact {
    package var view: JSONValue {
        [
            "entries": .array(
                added.map { entry in
                    [
                        "id": .string(entry.id.description), "contact": .string(entry.contact.description),
                        "event": .string(entry.event.rawValue), "scope": .string(entry.scope.description),
                    ]
                }), "cancelled": .integer(cancelled), "inDoubt": .integer(inDoubt),
        ]
    }
}

extension Subject {
    /// - Parameter counts: the rows that were erased, by table.
    package func view(erased counts: [String: Int]) -> JSONValue {
        let rows = counts.filter { $0.value > 0 && $0.key != "ledger" }.sorted { $0.key < $1.key }
        return [
            "dealership": .string(dealership.text),
            "contacts": .array(references.map { .string($0.description) }),
            "erased": .object(rows.map { JSONMember(name: $0.key, value: .integer($0.value)) }),
            "entries": .integer(counts["ledger"] ?? 0),
        ]
    }
}

extension SubjectRequest {
    package func view(at now: Timestamp) -> JSONValue {
        [
            "id": .string(id.description), "dealership": .string(dealership.text),
            "contact": .string(references.address.description),
            "contacts": .array(references.all.map { .string($0.description) }),
            "kind": .string(kind.rawValue),
            "receivedBy": .string(receivedBy.rawValue), "receivedAt": .string(receivedAt.text),
            "dueAt": .string(dueAt.text), "overdue": .bool(isOverdue(at: now)),
            "identityCheck": .optional(identityCheck), "note": .optional(note),
            "outcome": .optional(outcome?.rawValue), "closedAt": .optional(closedAt?.text),
            "answer": .optional(answer),
        ]
    }
}

extension EvidenceText {
    /// The reason, and what proves it.
    package static func rectification(_ reason: Rectification.Reason, _ note: String, salt: [UInt8])
        -> EvidenceText
    {
        EvidenceText("\(reason.rawValue): \(note)", salt: salt)
    }
}
