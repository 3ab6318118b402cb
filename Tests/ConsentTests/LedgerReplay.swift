// The fold once more, written the other way round: one question, the entries replayed in order, a list of
// what stands. It exists to disagree with `Standing` if either is wrong.

import Consent
import Domain

enum LedgerReplay {
    static func isAllowed(_ question: GateQuestion, _ ledger: [LedgerEntry]) -> Bool {
        let person = question.references
        var stopping: [LedgerEntry] = []
        var revocations: [LedgerEntry] = []
        var consents: [LedgerEntry] = []
        for entry in ledger.sorted(by: { $0.seq < $1.seq }) where person.all.contains(entry.contact) {
            switch entry.event {
            case .objected, .withdrawn:
                if stops(entry, question) { stopping.append(entry) }
                revocations.append(entry)
                consents.removeAll { revokes(entry, $0) }
            case .lifted:
                stopping.removeAll {
                    isOpen(entry, for: $0) && $0.scope == entry.scope
                        && (entry.channel == nil || entry.channel == $0.channel)
                }
            case .given:
                let isProved =
                    entry.noticeDigest != nil && [.page, .smsKeyword, .paper, .phone].contains(entry.method)
                if isProved, entry.scope == .purpose(question.purpose), entry.channel == question.channel {
                    stopping.removeAll { isOpen(entry, for: $0) && $0.scope != .channel }
                }
                if entry.contact == person.address, entry.channel == question.channel,
                    entry.scope == .purpose(question.purpose) || entry.scope == .marketing,
                    !revocations.contains(where: { revokes($0, entry) && $0.occurredAt > entry.occurredAt })
                {
                    consents.append(entry)
                }
            default: break
            }
        }
        let needsConsent = question.class == .survey || question.class == .marketing
        return stopping.isEmpty && !(needsConsent && consents.isEmpty)
    }

    private static func stops(_ block: LedgerEntry, _ question: GateQuestion) -> Bool {
        let isOnChannel = block.channel == nil || block.channel == question.channel
        switch (question.class, block.scope) {
        case (.safety, _): return false
        case (_, .all): return true
        case (.survey, .marketing), (.marketing, .marketing): return true
        case (_, .marketing): return false
        case (_, .channel): return isOnChannel && block.contact == question.references.address
        case (_, .purpose(let purpose)): return isOnChannel && purpose == question.purpose
        }
    }

    /// Whether a later entry may end the block at all: of the same reference, and not dated before it.
    private static func isOpen(_ later: LedgerEntry, for block: LedgerEntry) -> Bool {
        later.contact == block.contact && later.occurredAt >= block.occurredAt
    }

    /// Whether a block takes a consent of the same reference back.
    private static func revokes(_ block: LedgerEntry, _ given: LedgerEntry) -> Bool {
        guard block.contact == given.contact else { return false }
        let isOnChannel = block.channel == nil || block.channel == given.channel
        switch block.scope {
        case .all, .marketing: return true
        case .channel: return isOnChannel
        case .purpose: return isOnChannel && block.scope == given.scope
        }
    }
}
