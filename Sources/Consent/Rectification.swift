// A person's address that was wrong (GDPR, article 16), planned as the entries to add. Pure; the store gives them their place in the chain.
// It is written under both references: under the right one it ends what said that the address was wrong, under the old one every
// block stays. When the person has another address now, what they said comes along: every block stands under the new one too, whole,
// also where a consent had ended a part of it, because consent counts for its own address (contract, section 6, "References").

import Domain

/// Who acts on a person's data, and how it reached the gateway.
package struct Author: Codable, Sendable {
    package let method: ConsentMethod
    /// `operator:<login>` or `key_…`.
    package let actor: String

    package init(method: ConsentMethod, actor: String) {
        self.method = method
        self.actor = actor
    }
}

package struct Rectification: Codable, Sendable {
    package enum Reason: String, Codable, Sendable, CaseIterable {
        /// The person has another address now.
        case changed
        /// It was somebody else's all along.
        case neverTheirs = "never-theirs"
    }

    package let dealership: DealershipID
    package let old: ContactReference
    package let new: ContactReference
    package let reason: Reason
    package let author: Author
    package let evidenceDigest: [UInt8]

    package init(
        dealership: DealershipID, old: ContactReference, new: ContactReference, reason: Reason,
        author: Author,
        evidenceDigest: [UInt8]
    ) throws(ValueError) {
        guard old != new else { throw ValueError("must be another one than before") }
        self.dealership = dealership
        self.old = old
        self.new = new
        self.reason = reason
        self.author = author
        self.evidenceDigest = evidenceDigest
    }

    /// The entry under the old reference, then the one under the new, which refers to it.
    package func entries(at now: Timestamp, newID: () -> LedgerEntryID) -> [LedgerEntry] {
        let first = entry(under: old, related: new, refersTo: nil, at: now, newID())
        return [first, entry(under: new, related: old, refersTo: first.id, at: now, newID())]
    }

    private func entry(
        under contact: ContactReference, related: ContactReference, refersTo: LedgerEntryID?,
        at now: Timestamp,
        _ id: LedgerEntryID
    ) -> LedgerEntry {
        LedgerEntry(
            id: id, seq: 0, prevHash: [], dealership: dealership, contact: contact, relatedContact: related,
            channel: nil, scope: .all, event: .rectified, refersTo: refersTo, occurredAt: now,
            recordedAt: now,
            method: author.method, actor: author.actor, evidenceDigest: evidenceDigest)
    }

    /// What stands under the old reference and must stand under the new one too; what said that the old address was wrong is about that
    /// address alone.
    package func blocksToCarry(_ standing: Standing) -> [StandingEntry] {
        guard reason == .changed else { return [] }
        return standing.blocks.filter { block in
            block.contact == old && ![.misdirected, .bounced].contains(block.event)
                && !standing.blocks.contains {
                    $0.contact == new && $0.event == block.event && $0.scope == block.scope
                        && $0.channel == block.channel && $0.exceptions.isEmpty
                }
        }
    }
}
