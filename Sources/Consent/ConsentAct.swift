// What somebody said, before it is in the ledger: checked, then planned as the entries to add. Pure; the store gives the
// entries their place in the chain. A block said of an address is written under the message's customer number too, and one
// of scope `marketing` or `all` also under its other address (contract, section 6, "References"). Acting again writes nothing, but
// for once over a block that a page may still undo.

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
    /// Of `lifted`: the one block that it ends; nil for every block of its scope.
    package var refersTo: LedgerEntryID?

    package init(
        references: ContactReferences, event: LedgerEvent, scope: Scope, channel: Channel? = nil,
        occurredAt: Timestamp,
        method: ConsentMethod, actor: String, noticeDigest: [UInt8]? = nil, evidenceDigest: [UInt8]? = nil,
        refersTo: LedgerEntryID? = nil
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
        self.refersTo = refersTo
    }

    /// Refuses what the contract does not let this event, scope and method say together.
    package func check(now: Timestamp) throws(ValueError) {
        do {
            try checkFields(now: now)
        } catch {
            throw ValueError(error.reason)
        }
    }

    /// The same, and says which field it is.
    package func checkFields(now: Timestamp) throws(ConsentFault) {
        guard occurredAt <= now + .seconds(300) else {
            throw ConsentFault(.occurredAt, "the act must not lie more than five minutes in the future")
        }
        if scope == .channel && channel == nil {
            throw ConsentFault(.channel, "the scope channel needs a channel: email or sms")
        }
        if let only = event.onlyScope, scope != only {
            throw ConsentFault(.scope, "\(event.rawValue) has the scope \(only)")
        }
        switch event {
        case .objected, .withdrawn, .refused, .complained, .misdirected, .bounced, .restricted: break
        case .unrestricted:
            guard method != .import else { throw ConsentFault(.method, "an import never ends a block") }
        case .given, .requested: try checkConsent()
        case .softOptIn:
            try checkConsent()
            guard noticeDigest != nil else {
                throw ConsentFault(.notice, "a soft opt-in needs the notice that was shown")
            }
            guard evidenceDigest != nil else {
                throw ConsentFault(.sale, "a soft opt-in needs the sale and the entity that made it")
            }
        case .lifted: try checkLift()
        case .rectified, .erased:
            throw ConsentFault(
                .event, "\(event.rawValue) is written by contact rectify and contact erase alone")
        }
    }

    private func checkConsent() throws(ConsentFault) {
        guard channel != nil else {
            throw ConsentFault(.channel, "consent is given for one channel: name email or sms")
        }
        switch scope {
        case .purpose, .marketing: break
        case .channel, .all: throw ConsentFault(.scope, "consent is given for a purpose or for marketing")
        }
    }

    private func checkLift() throws(ConsentFault) {
        guard method.isOwnAct || (method == .operator && evidenceDigest != nil) else {
            throw ConsentFault(
                .method,
                "a block is lifted by the person's own act (page, paper, phone) or by an operator with evidence"
            )
        }
    }

    /// The entries to add, given what stands of these references; `seq` and `prevHash` are set by the chain. A block that is written
    /// under more references than its own refers to the first from each.
    package func entries(
        dealership: DealershipID, standing: Standing, recordedAt: Timestamp, newID: () -> LedgerEntryID
    ) -> [LedgerEntry] {
        var additions: [LedgerEntry] = []
        var first: LedgerEntryID?
        for contact in targets(standing) {
            var entry = LedgerEntry(
                id: newID(), seq: 0, prevHash: [], dealership: dealership, contact: contact, channel: channel,
                scope: scope, event: event, refersTo: refersTo, occurredAt: occurredAt,
                recordedAt: recordedAt, method: method, actor: actor, noticeDigest: noticeDigest,
                evidenceDigest: evidenceDigest)
            if let known = standing.blocks.first(where: {
                $0.says(all: entry) && isLasting($0, standing, recordedAt)
            }) {
                first = first ?? known.id
                continue
            }
            guard says(more: entry, than: standing) else { continue }
            if event.isBlock || event.isConsent {
                entry.refersTo = first ?? repeated(entry, standing, recordedAt)?.id
            }
            first = first ?? entry.id
            additions.append(entry)
        }
        return additions
    }

    /// How long a page's own act can be undone by that page (contract, section 5).
    package static let undoTerm = Duration.seconds(86_400)

    /// Whether the act says on a page what a page said already: its entry is there so that another's undo does not take both back, has no undo
    /// of its own, and so is said once.
    package func isRepeated(by entry: LedgerEntry) -> Bool {
        method == .page && event == .objected && entry.contact == references.address && entry.refersTo != nil
    }

    /// The block of a page that a page says once more.
    private func repeated(
        _ entry: LedgerEntry, _ standing: Standing, _ now: Timestamp
    ) -> StandingEntry? {
        guard method == .page else { return nil }
        return standing.blocks.first { $0.says(all: entry) && canBeUndone($0, standing, now) }
    }

    /// Whether a block that says it already goes on to: one that its page may still undo does not, nor one that a confirmation asked for since
    /// may end. Whoever says it again then must not be answered with what somebody else, or another tab, takes back.
    private func isLasting(_ block: StandingEntry, _ standing: Standing, _ now: Timestamp) -> Bool {
        if canBeUndone(block, standing, now) { return false }
        // A START ends what a STOP began, and nothing that was said in another way.
        if block.method == .smsKeyword, method != .smsKeyword { return false }
        return !standing.entries.contains {
            $0.event == .requested && $0.contact == block.contact && $0.seq > block.seq
        }
    }

    /// Whether a page holds the undo of a block: not of one that repeats another, nor of a copy of such a one.
    private func canBeUndone(_ block: StandingEntry, _ standing: Standing, _ now: Timestamp) -> Bool {
        guard block.method == .page, block.event == .objected, now < block.id.moment + Self.undoTerm else {
            return false
        }
        guard let origin = standing.blocks.first(where: { $0.id == block.refersTo }) else { return true }
        return origin.contact != block.contact && origin.refersTo == nil
    }

    /// Whether an entry that is no block changes anything, or is a proof of its own.
    private func says(more entry: LedgerEntry, than standing: Standing) -> Bool {
        var after = standing
        after.apply(entry)
        switch event {
        case .lifted, .unrestricted: return after != standing
        case .given, .softOptIn:
            // The page that confirms says it once; so does a file that is imported again.
            let isKnown = standing.entries.contains {
                $0.event == event && $0.contact == entry.contact && $0.scope == scope && $0.channel == channel
                    && $0.noticeDigest == noticeDigest && $0.method == method
                    && (method == .page || $0.occurredAt == occurredAt)
            }
            return !isKnown || after.blocks != standing.blocks
        default: return true
        }
    }

    /// The references that the act is written under (contract, section 6, "References").
    private func targets(_ standing: Standing) -> [ContactReference] {
        switch event {
        case .objected, .withdrawn, .refused, .complained, .misdirected, .restricted, .bounced:
            switch scope {
            // A page speaks of its message's address, and an import of one at a time; who names a person's addresses says it of each.
            case .purpose where channel == nil && ![.oneClick, .page, .import].contains(method):
                return references.all
            case .purpose, .channel:
                return [references.address] + [references.customer].compactMap(\.self)
            case .marketing, .all: return references.all
            }
        // Lifted is what was named, each reference by itself.
        case .lifted, .unrestricted: return references.all
        case .given: return [references.address] + copiesEnded(standing)
        case .softOptIn, .requested, .rectified, .erased: return [references.address]
        }
    }

    /// The person's other references under which a block stands only because it was said of this address: what ends the block here ends
    /// its copies, or whoever objected and came back could never be written to again.
    private func copiesEnded(_ standing: Standing) -> [ContactReference] {
        guard method.isOwnAct, noticeDigest != nil else { return [] }
        let own = Set(standing.blocks.filter { $0.contact == references.address }.map(\.id))
        return references.all.dropFirst().filter { other in
            standing.blocks.contains { block in
                block.contact == other && block.refersTo.map(own.contains) ?? false
            }
        }
    }
}
