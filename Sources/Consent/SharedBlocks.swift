// A block standing under an address is written under a customer number that later comes with it (contract, section 6), once: every
// scope but `channel`, which counts for its own address only. What a consent ended of it comes along, or the person who objected and
// came back would be stopped by the number.

import Domain

extension Standing {
    /// What of `address` must be written under `customer` too, in this order: blocks, then the consents that ended a part of one.
    package func entriesToShare(from address: ContactReference, with customer: ContactReference)
        -> [StandingEntry]
    {
        let shared = blocks.filter { block in
            block.contact == address && block.scope != .channel && !isKnown(block, under: customer)
        }
        let exceptions = Set(shared.flatMap(\.exceptions))
        let consents = entries.filter { consent in
            guard consent.event == .given, consent.contact == address,
                case .purpose(let purpose) = consent.scope,
                let channel = consent.channel
            else { return false }
            return exceptions.contains(StandingEntry.Exception(purpose: purpose, channel: channel))
        }
        return shared + consents
    }

    private func isKnown(_ block: StandingEntry, under customer: ContactReference) -> Bool {
        blocks.contains {
            $0.contact == customer && $0.event == block.event && $0.scope == block.scope
                && $0.channel == block.channel && Set($0.exceptions).isSubset(of: block.exceptions)
        }
    }
}

extension LedgerEntry {
    /// The same said under another reference.
    package func copy(under contact: ContactReference, id: LedgerEntryID, recordedAt: Timestamp)
        -> LedgerEntry
    {
        var copy = self
        copy.id = id
        copy.contact = contact
        copy.refersTo = self.id
        copy.recordedAt = recordedAt
        copy.actor = "gateway"
        return copy
    }
}
