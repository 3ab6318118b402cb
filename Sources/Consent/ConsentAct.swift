// What somebody said, before it is in the ledger: checked, then planned as the entries to add. Pure; the store gives the
// entries their place in the chain. A block said of an address is written under the message's customer number too, and one
// of scope `marketing` or `all` also under its other address (contract, section 6, "References"). Acting again writes nothing.

import Domain

package struct ConsentAct: Codable, Sendable {
    package var references: ContactReferences
    package var event: LedgerEvent
    package var scope: Scope
    /// The channel that the act counts for. Required for scope `channel` and for `given`.
    package var channel: Channel?
    package var occurredAt: Timestamp
    package var method: ConsentMethod
    package var actor: String
    package var noticeDigest: [UInt8]?
    package var evidenceDigest: [UInt8]?

    package init(
        references: ContactReferences, event: LedgerEvent, scope: Scope, channel: Channel? = nil,
        occurredAt: Timestamp,
        method: ConsentMethod, actor: String, noticeDigest: [UInt8]? = nil, evidenceDigest: [UInt8]? = nil
    ) {
        self.references = references
        self.event = event
        self.scope = scope
        self.channel = channel
        self.occurredAt = occurredAt
        self.method = method
        self.actor = actor
        self.noticeDigest = noticeDigest
        self.evidenceDigest = evidenceDigest
    }

    /// Refuses what the contract does not let this event, scope and method say together.
    package func check(now: Timestamp) throws(ValueError) {
        guard event.isRecordable else {
            throw ValueError("the event \(event.rawValue) is not recorded by this version yet")
        }
        guard occurredAt <= now + .seconds(300) else {
            throw ValueError("the act must not lie more than five minutes in the future")
        }
        if scope == .channel && channel == nil {
            throw ValueError("the scope channel needs a channel: email or sms")
        }
        if event == .given {
            guard channel != nil else {
                throw ValueError("consent is given for one channel: name email or sms")
            }
            switch scope {
            case .purpose, .marketing: break
            case .channel, .all: throw ValueError("consent is given for a purpose or for marketing")
            }
        }
        if event == .lifted {
            let isProvenByOperator = method == .operator && evidenceDigest != nil
            guard method.isOwnAct || isProvenByOperator else {
                throw ValueError(
                    "a block is lifted by the person's own act (page, paper, phone) or by an operator with evidence"
                )
            }
        }
    }

    /// The entries to add, given what the ledger holds of these references; `seq` and `prevHash` are set by the chain.
    package func entries(
        dealership: DealershipID, existing: [LedgerEntry], recordedAt: Timestamp, newID: () -> LedgerEntryID
    ) -> [LedgerEntry] {
        let standing = Standing(existing)
        var additions: [LedgerEntry] = []
        for contact in targets {
            let entry = LedgerEntry(
                id: newID(), seq: 0, prevHash: [], dealership: dealership, contact: contact, channel: channel,
                scope: scope, event: event, occurredAt: occurredAt, recordedAt: recordedAt, method: method,
                actor: actor, noticeDigest: noticeDigest, evidenceDigest: evidenceDigest)
            if event.isBlock, standing.block(like: entry) != nil { continue }
            additions.append(entry)
        }
        return additions
    }

    private var targets: [ContactReference] {
        guard event.isBlock else { return [references.address] }
        switch scope {
        case .purpose, .channel: return [references.address] + [references.customer].compactMap(\.self)
        case .marketing, .all: return references.all
        }
    }
}

extension Standing {
    /// The blocks under `address` that must stand under `customer` too, because the two came in one message: every scope
    /// but `channel`, which counts for its own address only. Each new entry refers to the one it repeats.
    package func blocksToShare(
        from address: ContactReference, with customer: ContactReference, recordedAt: Timestamp,
        newID: () -> LedgerEntryID
    ) -> [LedgerEntry] {
        let standing = blocks
        return standing.compactMap { block in
            guard block.contact == address, block.scope != .channel else { return nil }
            var copy = block
            copy.id = newID()
            copy.contact = customer
            copy.refersTo = block.id
            copy.recordedAt = recordedAt
            copy.actor = "gateway"
            return self.block(like: copy) == nil ? copy : nil
        }
    }
}
