// The receipt of one ledger entry: what somebody said, to whom, about what, and where it stands in the chain. Its sections are those
// of ISO/IEC TS 27560:2023 (header, processing, party, event). The person is in it as a reference alone, so that a receipt may be
// kept and shown without telling an address. Pure; who signs it is another room.

import Domain
import JSON

package struct ConsentReceipt: Sendable {
    private let entry: LedgerEntry
    private let hash: [UInt8]
    private let controller: Dealership?
    private let purposes: PurposeTable
    private let processorURL: String
    private let issuedAt: Timestamp

    /// - Parameters:
    ///   - hash: the entry's hash as it stands in the ledger.
    ///   - controller: the dealership's record; nil when the gateway has none, as after an older store was put back.
    ///   - processorURL: where this gateway is, `publicURL`.
    package init(
        of entry: LedgerEntry, hash: [UInt8], controller: Dealership?, purposes: PurposeTable,
        processorURL: String, issuedAt: Timestamp
    ) {
        self.entry = entry
        self.hash = hash
        self.controller = controller
        self.purposes = purposes
        self.processorURL = processorURL
        self.issuedAt = issuedAt
    }

    /// What is signed.
    package var payload: JSONValue {
        ["header": header, "processing": processing, "party": party, "event": event]
    }

    private var header: JSONValue {
        [
            "schema": "ISO/IEC TS 27560:2023", "version": 1, "id": .string(entry.id.description),
            "issuedAt": .string(issuedAt.text),
        ]
    }

    private var processing: JSONValue {
        [
            "scope": .string(entry.scope.description), "class": .optional(purposeClass?.rawValue),
            "legalBasis": .optional(legalBasis), "channel": .optional(entry.channel?.rawValue),
            "noticeDigest": .digest(entry.noticeDigest),
        ]
    }

    private var party: JSONValue {
        [
            "controller": [
                "id": .string(entry.dealership.text), "name": .optional(controller?.name),
                "legalName": .optional(controller?.legalName), "address": .optional(controller?.address),
                "country": .optional(controller?.country.text),
                "email": .optional(controller?.serviceSender.address.address),
                "phone": .optional(controller?.phone?.e164),
            ],
            "processor": ["name": "Relais", "url": .string(processorURL)],
            "dataSubject": ["contact": .string(entry.contact.description)],
        ]
    }

    private var event: JSONValue {
        [
            "event": .string(entry.event.rawValue), "state": .string(state),
            "occurredAt": .string(entry.occurredAt.text), "recordedAt": .string(entry.recordedAt.text),
            "method": .string(entry.method.rawValue), "actor": .string(entry.actor),
            "evidenceDigest": .digest(entry.evidenceDigest),
            "ledger": [
                "seq": .integer(entry.seq), "hash": .digest(hash), "prevHash": .digest(entry.prevHash),
            ],
        ]
    }

    /// The class that the scope belongs to today; none for a scope over several.
    private var purposeClass: PurposeClass? {
        switch entry.scope {
        case .purpose(let purpose): purposes[purpose]
        case .marketing: .marketing
        case .channel, .all: nil
        }
    }

    /// Only where the event itself is one; any other basis is the controller's to name.
    private var legalBasis: String? {
        switch entry.event {
        case .given: "consent"
        case .softOptIn: "legitimate-interests"
        default: nil
        }
    }

    /// What the entry leaves behind it.
    private var state: String {
        if entry.event.isBlock { return "blocked" }
        if entry.event.isConsent { return "allowed" }
        return entry.event == .requested ? "requested" : "ended"
    }
}

extension JSONValue {
    fileprivate static func digest(_ bytes: [UInt8]?) -> JSONValue {
        .optional(bytes.map { "sha256:" + Hexadecimal.text(of: $0) })
    }
}
