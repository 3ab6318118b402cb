// The fold of a contact's entries (contract, section 6, "Fold"): which blocks stand, and whether consent was given. Pure and
// in the order of `seq`. It promises that an entry recorded later never ends a block that occurred after it, and that
// adding an objection never allows more than before.

import Domain

/// What the entries of a message's references say, folded.
package struct Standing: Sendable {
    private let entries: [LedgerEntry]

    /// Takes the entries of one dealership for any number of references.
    package init(_ entries: [LedgerEntry]) {
        self.entries = entries.sorted { $0.seq < $1.seq }
    }

    /// The blocks that no later entry ended, in the order they were recorded.
    package var blocks: [LedgerEntry] {
        entries.filter { $0.event.isBlock && !isEnded($0) }
    }

    /// The block that already says all that `block` would say, so that acting again writes nothing. A block
    /// that a consent has ended for one purpose says less than it did, and saying it again counts.
    package func block(like block: LedgerEntry) -> LedgerEntry? {
        blocks.first { standing in
            standing.contact == block.contact && standing.event == block.event
                && standing.scope == block.scope && standing.channel == block.channel
                && !entries.contains { isEndedInPart(standing, by: $0) }
        }
    }

    /// The first standing block that stops this question.
    func block(against question: GateQuestion) -> LedgerEntry? {
        entries.first { applies($0, to: question) && !isEnded($0, for: question) }
    }

    /// The `given` that allows a purpose of class survey or marketing: under the address itself, for this channel.
    func consent(for question: GateQuestion) -> LedgerEntry? {
        entries.last {
            $0.event == .given && $0.contact == question.references.address
                && $0.channel == question.channel
                && ($0.scope == .purpose(question.purpose) || $0.scope == .marketing) && !isOutlived($0)
        }
    }

    private func applies(_ entry: LedgerEntry, to question: GateQuestion) -> Bool {
        guard entry.event.isBlock, question.class != .safety else { return false }
        guard counts(entry, on: question.channel) else { return false }
        switch entry.scope {
        case .all: return true
        case .marketing: return question.class.needsConsent
        case .purpose(let purpose): return purpose == question.purpose
        case .channel: return entry.contact == question.references.address
        }
    }

    /// Whether a block counts on a channel: `marketing` and `all` count on every one, whichever the entry
    /// names.
    private func counts(_ block: LedgerEntry, on channel: Channel?) -> Bool {
        switch block.scope {
        case .marketing, .all: true
        case .purpose, .channel: block.channel == nil || block.channel == channel
        }
    }

    /// Whether `lifted` ended the block, or `given` by the person's own act did: for the question's purpose
    /// and channel, or, without a question, for all that the block says.
    private func isEnded(_ block: LedgerEntry, for question: GateQuestion? = nil) -> Bool {
        entries.contains { later in
            switch later.event {
            case .lifted:
                return isLater(later, than: block) && later.scope == block.scope
                    && (later.channel == nil || later.channel == block.channel)
            case .given:
                guard isEndedInPart(block, by: later) else { return false }
                guard let question else {
                    return later.scope == block.scope && later.channel == block.channel
                }
                return later.scope == .purpose(question.purpose) && later.channel == question.channel
            default:
                return false
            }
        }
    }

    /// Whether `later` is a `given` that ends the block for its one purpose on its one channel.
    private func isEndedInPart(_ block: LedgerEntry, by later: LedgerEntry) -> Bool {
        guard later.event == .given, case .purpose = later.scope, later.noticeDigest != nil,
            later.method.isOwnAct, isLater(later, than: block), counts(block, on: later.channel)
        else { return false }
        switch block.scope {
        case .channel: return false
        case .purpose: return later.scope == block.scope
        case .marketing, .all: return true
        }
    }

    /// Recorded after the block, of the same reference, and not dated before it.
    private func isLater(_ later: LedgerEntry, than block: LedgerEntry) -> Bool {
        later.seq > block.seq && later.contact == block.contact && later.occurredAt >= block.occurredAt
    }

    /// Whether a block recorded after the consent, or that occurred after it, took it back.
    private func isOutlived(_ given: LedgerEntry) -> Bool {
        entries.contains { block in
            guard block.event.isBlock, block.contact == given.contact,
                block.seq > given.seq || block.occurredAt > given.occurredAt, counts(block, on: given.channel)
            else { return false }
            switch block.scope {
            case .all, .marketing, .channel: return true
            case .purpose: return block.scope == given.scope
            }
        }
    }
}
