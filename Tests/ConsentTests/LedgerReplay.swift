// The gate once more, written the other way round: no state and no fold, only the sentences of the contract's section 6 asked of
// the whole ledger for one question. It exists to disagree with `Standing` if either is wrong.

import Consent
import Domain

struct LedgerReplay {
    let question: GateQuestion
    let ledger: [LedgerEntry]

    static func isAllowed(_ question: GateQuestion, _ ledger: [LedgerEntry]) -> Bool {
        let person = question.references.all
        let replay = LedgerReplay(question: question, ledger: ledger.filter { person.contains($0.contact) })
        let needsConsent = question.class == .survey || question.class == .marketing
        return !replay.ledger.contains { replay.stops($0) && !replay.isEnded($0) }
            && (!needsConsent || replay.ledger.contains(where: replay.isConsent))
    }

    private func stops(_ entry: LedgerEntry) -> Bool {
        let isOnChannel = entry.channel == nil || entry.channel == question.channel
        let isOwn = entry.contact == question.references.address
        switch (entry.event, question.class, entry.scope) {
        case (.misdirected, _, _): return isOwn && isOnChannel
        case (.bounced, _, _):
            let days = (question.at.milliseconds - entry.occurredAt.milliseconds) / 86_400_000
            return isOwn && isOnChannel && days < 180
        case (.restricted, let asked, _): return asked != .safety && asked != .essential
        case (.objected, .safety, _), (.withdrawn, .safety, _), (.refused, .safety, _),
            (.complained, .safety, _):
            return false
        case (.objected, let asked, let scope), (.withdrawn, let asked, let scope),
            (.refused, let asked, let scope), (.complained, let asked, let scope):
            switch scope {
            case .all: return true
            case .marketing: return asked == .survey || asked == .marketing
            case .channel: return isOnChannel && isOwn
            case .purpose(let purpose): return isOnChannel && purpose == question.purpose
            }
        default: return false
        }
    }

    private func isEnded(_ block: LedgerEntry) -> Bool {
        ledger.contains { end in
            guard isAfter(end, block), end.occurredAt >= block.occurredAt else { return false }
            switch end.event {
            case .lifted: return lifts(end, block)
            case .unrestricted: return block.event == .restricted
            case .rectified:
                return end.refersTo != nil && (block.event == .bounced || block.event == .misdirected)
            case .given:
                let isProved =
                    end.noticeDigest != nil && [.page, .smsKeyword, .paper, .phone].contains(end.method)
                let isOfSort = [.objected, .withdrawn, .refused, .complained].contains(block.event)
                return isProved && isOfSort && block.scope != .channel && !isErased(after: end)
                    && end.scope == .purpose(question.purpose) && end.channel == question.channel
            default: return false
            }
        }
    }

    private func lifts(_ end: LedgerEntry, _ block: LedgerEntry) -> Bool {
        if block.event == .restricted { return false }
        if block.event == .misdirected && end.method != .operator { return false }
        if end.method == .smsKeyword && block.method != .smsKeyword { return false }
        if let id = end.refersTo, id != block.id { return false }
        return end.scope == block.scope && (end.channel == nil || end.channel == block.channel)
    }

    private func isConsent(_ entry: LedgerEntry) -> Bool {
        guard entry.event == .given || entry.event == .softOptIn,
            entry.contact == question.references.address, entry.channel == question.channel,
            entry.scope == .purpose(question.purpose) || entry.scope == .marketing, !isErased(after: entry)
        else { return false }
        return !ledger.contains { taken in
            guard taken.event == .withdrawn || taken.event == .refused, taken.contact == entry.contact,
                takesBack(taken, entry)
            else { return false }
            if isAfter(taken, entry) { return true }
            // Lifted or not: what is dated before it was taken back.
            return taken.occurredAt > entry.occurredAt
        }
    }

    private func takesBack(_ taken: LedgerEntry, _ consent: LedgerEntry) -> Bool {
        let isOnChannel = taken.channel == nil || taken.channel == consent.channel
        switch taken.scope {
        case .all, .marketing: return true
        case .channel: return isOnChannel
        case .purpose: return isOnChannel && taken.scope == consent.scope
        }
    }

    private func isErased(after entry: LedgerEntry) -> Bool {
        ledger.contains {
            $0.event == .erased && $0.contact == entry.contact
                && (isAfter($0, entry) || $0.occurredAt > entry.occurredAt)
        }
    }

    private func isAfter(_ later: LedgerEntry, _ entry: LedgerEntry) -> Bool {
        later.seq > entry.seq && later.contact == entry.contact
    }
}
