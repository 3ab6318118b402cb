// The one JSON view of a ledger entry (contract, section 6), the same for the API and the command line.

import Consent
import Domain
import JSON

extension LedgerEntry {
    package var view: JSONValue {
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
