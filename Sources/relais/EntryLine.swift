// A ledger entry as one line for a person, and as JSON for a program.

import Consent
import Domain
import JSON
import OutboxStore

enum EntryLine {
    static func text(_ entry: LedgerEntry) -> String {
        let channel = entry.channel.map { " (\($0.rawValue))" } ?? ""
        return "\(entry.id)  \(entry.occurredAt.text)  \(entry.event.rawValue) \(entry.scope)\(channel)  "
            + "by \(entry.method.rawValue), \(entry.actor)"
    }
}

extension LedgerEntry {
    var view: JSONValue {
        [
            "id": .string(id.description), "seq": .integer(seq), "dealership": .string(dealership.text),
            "contact": .string(contact.description), "relatedContact": .optional(relatedContact?.description),
            "channel": .optional(channel?.rawValue), "scope": .string(scope.description),
            "event": .string(event.rawValue), "refersTo": .optional(refersTo?.description),
            "occurredAt": .string(occurredAt.text), "recordedAt": .string(recordedAt.text),
            "method": .string(method.rawValue), "actor": .string(actor),
            "noticeDigest": .optional(noticeDigest.map { "sha256:" + Hexadecimal.text(of: $0) }),
            "evidenceDigest": .optional(evidenceDigest.map { "sha256:" + Hexadecimal.text(of: $0) }),
            "prevHash": .string(Hexadecimal.text(of: prevHash)),
        ]
    }
}
