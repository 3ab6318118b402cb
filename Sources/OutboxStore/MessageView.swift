// The one JSON view of a message (contract, section 4), the same for the API and the command line.

import Domain
import JSON

extension MessageRecord {
    package var view: JSONValue {
        let view: JSONValue = [
            "id": .string(id.description),
            "dealership": .string(dealership.text),
            "contact": .string(contact.description),
            "state": .string(state.rawValue),
            "channel": .string(channel.rawValue),
            "template": .string(template),
            "templateDigest": .string("sha256:" + Hexadecimal.text(of: templateDigest)),
            "purpose": .string(purpose.text),
            "reference": .optional(reference),
            "createdAt": .string(createdAt.text),
            "nextAttemptAt": .optional(nextAttemptAt?.text),
            "attempts": .array(attempts.map(\.view)),
            "reason": reasonCode.map { ["code": .string($0), "entry": .optional(reasonEntry?.description)] }
                ?? .null,
        ]
        guard case .object(let members) = view else { return view }
        return .object(members + rareMembers)
    }

    /// Said only when there is something to say.
    private var rareMembers: [JSONMember] {
        let openings = openings.map { openings -> JSONValue in
            ["count": .integer(openings.count), "firstAt": .string(openings.firstAt.text)]
        }
        let members: KeyValuePairs<String, JSONValue?> = [
            "resendOf": resendOf.map { .string($0.description) },
            "revokedAt": revokedAt.map { .string($0.text) }, "openings": openings,
        ]
        return members.compactMap { name, value in value.map { JSONMember(name: name, value: $0) } }
    }
}

extension AttemptRecord {
    package var view: JSONValue {
        [
            "at": .string(at.text),
            "channel": .string(channel.rawValue),
            "provider": .string(provider),
            "outcome": .optional(outcome?.rawValue),
            "status": .optional(status),
            "reply": .optional(reply),
        ]
    }
}
