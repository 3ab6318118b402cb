// The fold (contract, section 6, "Fold"): what the entries of one or more references say, applied one by one in the order of `seq`.
// Each reference is folded by itself. It promises that an entry recorded later never ends a block that occurred after it, that
// adding an objection never allows more than before, and that folding on from a kept state is folding from the first entry.

import Domain

package struct Standing: Sendable, Equatable {
    /// Blocks, consents, what was asked for and the last erasure, in the order that they were recorded.
    package private(set) var entries: [StandingEntry]

    /// Goes on from a kept state.
    package init(_ entries: [StandingEntry] = []) {
        self.entries = entries
    }

    /// Folds entries from the first one on.
    package init(folding entries: [LedgerEntry]) {
        self.init()
        for entry in entries.sorted(by: { $0.seq < $1.seq }) { apply(entry) }
    }

    /// The blocks that still stop something.
    package var blocks: [StandingEntry] {
        entries.filter { $0.event.isBlock && !$0.isEnded && !$0.isEndedWhole }
    }

    /// The first standing block that stops this question.
    func block(against question: GateQuestion) -> StandingEntry? { entries.first { $0.stops(question) } }

    /// A consent that allows a purpose of class survey or marketing.
    func consent(for question: GateQuestion) -> StandingEntry? { entries.last { $0.allows(question) } }

    /// Takes the next entry of a chain.
    package mutating func apply(_ entry: LedgerEntry) {
        switch entry.event {
        case .objected, .complained, .misdirected, .restricted, .bounced:
            entries.append(StandingEntry(entry))
        case .withdrawn, .refused:
            let block = StandingEntry(entry)
            entries.removeAll { Self.ends(block, consent: $0) }
            entries.append(block)
        case .given, .softOptIn:
            // What was given before an erasure stays ended, also when it is imported again.
            guard
                !entries.contains(where: {
                    $0.event == .erased && !Self.isLater(entry, than: $0) && $0.contact == entry.contact
                })
            else { return }
            if entry.event == .given { endBlocks(by: entry) }
            add(consent: entry)
        case .lifted:
            entries.removeAll { Self.lifts(entry, $0) && !$0.event.endsConsent }
            for index in entries.indices where Self.lifts(entry, entries[index]) {
                entries[index].isEnded = true
            }
        case .unrestricted:
            entries.removeAll { $0.event == .restricted && Self.isLater(entry, than: $0) }
        case .rectified:
            // Only under the address that is right now is what said that it was wrong over; the old one keeps its blocks.
            guard entry.refersTo != nil else { return }
            entries.removeAll {
                [.misdirected, .bounced].contains($0.event) && Self.isLater(entry, than: $0)
            }
        case .erased:
            forgetConsents(of: entry.contact)
            entries.removeAll { $0.event == .erased && Self.isLater(entry, than: $0) }
            entries.append(StandingEntry(entry))
        case .requested:
            let request = StandingEntry(entry)
            entries.removeAll {
                $0.event == .requested && $0.contact == request.contact && $0.scope == request.scope
                    && $0.channel == request.channel
            }
            entries.append(request)
        }
    }

    /// Every earlier consent ends, also what it ended of a block.
    private mutating func forgetConsents(of contact: ContactReference) {
        entries.removeAll { $0.event.isConsent && $0.contact == contact }
        for index in entries.indices where entries[index].contact == contact {
            entries[index].exceptions = []
        }
    }

    /// A consent, unless the person took it back at a later time than that of the consent, though it was recorded first.
    private mutating func add(consent entry: LedgerEntry) {
        let consent = StandingEntry(entry)
        guard
            !entries.contains(where: {
                $0.event.endsConsent && $0.occurredAt > consent.occurredAt
                    && Self.ends($0, consent: consent)
            })
        else { return }
        let isSame: (StandingEntry) -> Bool = {
            $0.contact == consent.contact && $0.event == consent.event && $0.scope == consent.scope
                && $0.channel == consent.channel
        }
        if let known = entries.first(where: isSame), known.occurredAt > consent.occurredAt { return }
        entries.removeAll(where: isSame)
        entries.append(consent)
    }

    /// Ends what a `given` may end of blocks: its one purpose on its one channel, by the person's own act.
    private mutating func endBlocks(by given: LedgerEntry) {
        guard case .purpose(let purpose) = given.scope, let channel = given.channel,
            given.noticeDigest != nil, given.method.isOwnAct
        else { return }
        let exception = StandingEntry.Exception(purpose: purpose, channel: channel)
        for index in entries.indices
        where Self.mayEnd(given, entries[index]) && !entries[index].exceptions.contains(exception) {
            entries[index].exceptions.append(exception)
        }
    }

    private static func mayEnd(_ given: LedgerEntry, _ block: StandingEntry) -> Bool {
        guard [.objected, .withdrawn, .refused, .complained].contains(block.event),
            isLater(given, than: block), block.counts(on: given.channel)
        else { return false }
        switch block.scope {
        case .channel: return false
        case .purpose: return block.scope == given.scope
        case .marketing, .all: return true
        }
    }

    /// Whether `withdrawn` or `refused` takes a consent back.
    private static func ends(_ block: StandingEntry, consent: StandingEntry) -> Bool {
        guard consent.event.isConsent, consent.contact == block.contact, block.counts(on: consent.channel)
        else { return false }
        switch block.scope {
        case .all, .marketing, .channel: return true
        case .purpose: return block.scope == consent.scope
        }
    }

    private static func lifts(_ lifted: LedgerEntry, _ block: StandingEntry) -> Bool {
        guard block.event.isBlock, block.event != .restricted, block.scope == lifted.scope,
            lifted.channel == nil || lifted.channel == block.channel, isLater(lifted, than: block)
        else { return false }
        // The undo of a page ends what that page wrote, a START what STOP wrote, and nothing else.
        if let id = lifted.refersTo, id != block.id { return false }
        if lifted.method == .smsKeyword, block.method != .smsKeyword { return false }
        return block.event != .misdirected || lifted.method == .operator
    }

    /// Of the same reference and not dated before it; that it is recorded after it, the order of the fold says.
    private static func isLater(_ entry: LedgerEntry, than block: StandingEntry) -> Bool {
        entry.contact == block.contact && entry.occurredAt >= block.occurredAt
    }
}
