// One entry of a dealership's ledger and its canonical encoding. Entries are only added; each carries the hash of the one
// before it. The encoding is length-prefixed and domain-separated, so that two different entries never encode alike, and it
// is fixed for good: a chain written today is verified by every later version.

import Domain

package struct LedgerEntry: Codable, Sendable, Hashable {
    package static let digestByteCount = 32

    package var id: LedgerEntryID
    /// 1 for the first entry of a dealership, then without a gap.
    package var seq: Int64
    /// The hash of the entry before it; 32 zero bytes for the first.
    package var prevHash: [UInt8]
    package var dealership: DealershipID
    package var contact: ContactReference
    package var relatedContact: ContactReference?
    /// The channel that the entry counts for; nil means every channel.
    package var channel: Channel?
    package var scope: Scope
    package var event: LedgerEvent
    package var refersTo: LedgerEntryID?
    package var occurredAt: Timestamp
    package var recordedAt: Timestamp
    package var method: ConsentMethod
    /// Who wrote it: `contact`, `operator:<login>`, `key_…`, `gateway`.
    package var actor: String
    package var noticeDigest: [UInt8]?
    package var evidenceDigest: [UInt8]?

    package init(
        id: LedgerEntryID, seq: Int64, prevHash: [UInt8], dealership: DealershipID, contact: ContactReference,
        relatedContact: ContactReference? = nil, channel: Channel?, scope: Scope, event: LedgerEvent,
        refersTo: LedgerEntryID? = nil, occurredAt: Timestamp, recordedAt: Timestamp, method: ConsentMethod,
        actor: String, noticeDigest: [UInt8]? = nil, evidenceDigest: [UInt8]? = nil
    ) {
        self.id = id
        self.seq = seq
        self.prevHash = prevHash
        self.dealership = dealership
        self.contact = contact
        self.relatedContact = relatedContact
        self.channel = channel
        self.scope = scope
        self.event = event
        self.refersTo = refersTo
        self.occurredAt = occurredAt
        self.recordedAt = recordedAt
        self.method = method
        self.actor = actor
        self.noticeDigest = noticeDigest
        self.evidenceDigest = evidenceDigest
    }

    /// The bytes whose SHA-256 is the entry's hash.
    package var canonicalBytes: [UInt8] {
        var bytes = Array("relais/ledger-entry/v1".utf8) + [0]
        let fields: [[UInt8]?] = [
            id.bytes, Self.bigEndian(seq), prevHash, Array(dealership.text.utf8), contact.bytes,
            relatedContact?.bytes, channel.map { Array($0.rawValue.utf8) }, Array(scope.description.utf8),
            Array(event.rawValue.utf8), refersTo?.bytes, Self.bigEndian(occurredAt.milliseconds),
            Self.bigEndian(recordedAt.milliseconds), Array(method.rawValue.utf8), Array(actor.utf8),
            noticeDigest,
            evidenceDigest,
        ]
        for field in fields {
            guard let field else {
                bytes.append(0)
                continue
            }
            bytes.append(1)
            bytes += withUnsafeBytes(of: UInt32(field.count).bigEndian, Array.init)
            bytes += field
        }
        return bytes
    }

    private static func bigEndian(_ value: Int64) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian, Array.init)
    }
}
