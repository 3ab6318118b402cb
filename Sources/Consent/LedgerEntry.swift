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
        var encoding = LedgerEncoding()
        encoding.append(id.bytes)
        encoding.append(seq)
        encoding.append(prevHash)
        encoding.append(dealership.text)
        encoding.append(contact.bytes)
        encoding.append(relatedContact?.bytes)
        encoding.append(channel.map { Array($0.rawValue.utf8) })
        encoding.append(scope.description)
        encoding.append(event.rawValue)
        encoding.append(refersTo?.bytes)
        encoding.append(occurredAt.milliseconds)
        encoding.append(recordedAt.milliseconds)
        encoding.append(method.rawValue)
        encoding.append(actor)
        encoding.append(noticeDigest)
        encoding.append(evidenceDigest)
        return encoding.bytes
    }
}
