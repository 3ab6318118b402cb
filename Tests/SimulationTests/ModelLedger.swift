// What each contact said, and whether a message may leave by it (contract, section 6, "Fold"), for one dealership and one channel.

import Domain

struct ModelLedger {
    enum Event {
        case objected
        case lifted
        case given
        /// A dead address. It ends by itself after 180 days, longer than any run lasts.
        case bounced
    }

    private struct Entry {
        let event: Event
        let scope: Scope
        let occurredAt: Timestamp
    }

    private var entries: [String: [Entry]] = [:]

    /// Whether saying it added an entry: a block that stands is not written again, nor a consent by the same page, and
    /// nothing is lifted where nothing stands.
    mutating func record(_ event: Event, _ scope: Scope, of contact: String, at now: Timestamp) -> Bool {
        let standing = standing(of: contact)
        let isKnown = standing.contains { $0.event == event && $0.scope == scope }
        if [.objected, .bounced].contains(event) && isKnown { return false }
        if event == .lifted && !standing.contains(where: { $0.scope == scope && $0.occurredAt <= now }) {
            return false
        }
        if event == .given && hasConsent(contact) { return false }
        entries[contact, default: []].append(Entry(event: event, scope: scope, occurredAt: now))
        return true
    }

    func allows(_ purpose: ModelPurpose, to contact: String) -> Bool {
        let isBlocked = standing(of: contact).contains { block in
            switch block.scope {
            case .purpose(let blocked): blocked.text == purpose.rawValue
            case .marketing: purpose.class.needsConsent
            case .channel, .all: true
            }
        }
        return !isBlocked && (!purpose.class.needsConsent || hasConsent(contact))
    }

    /// The blocks that nothing recorded later, and not dated earlier, has lifted.
    private func standing(of contact: String) -> [Entry] {
        let said = entries[contact] ?? []
        return said.indices.filter { index in
            let block = said[index]
            return [.objected, .bounced].contains(block.event)
                && !said[index...].contains {
                    $0.event == .lifted && $0.scope == block.scope && $0.occurredAt >= block.occurredAt
                }
        }.map { said[$0] }
    }

    /// An objection stands before a consent and does not end it: what is lifted leaves it as it was.
    private func hasConsent(_ contact: String) -> Bool {
        (entries[contact] ?? []).contains { $0.event == .given }
    }
}
