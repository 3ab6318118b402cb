// What each contact said, and whether a message may leave by it (contract, section 6, "Fold"), for one dealership and one channel.

import Domain

struct ModelLedger {
    enum Event {
        case objected
        case lifted
        case given
    }

    private struct Entry {
        let event: Event
        let scope: Scope
        let occurredAt: Timestamp
    }

    private var entries: [String: [Entry]] = [:]

    /// Whether saying it added an entry: a block that stands is not written again.
    mutating func record(_ event: Event, _ scope: Scope, of contact: String, at now: Timestamp) -> Bool {
        if event == .objected && standing(of: contact).contains(scope) { return false }
        entries[contact, default: []].append(Entry(event: event, scope: scope, occurredAt: now))
        return true
    }

    func allows(_ purpose: ModelPurpose, to contact: String) -> Bool {
        let isBlocked = standing(of: contact).contains { scope in
            switch scope {
            case .purpose(let blocked): blocked.text == purpose.rawValue
            case .marketing: purpose.class.needsConsent
            case .channel, .all: true
            }
        }
        return !isBlocked && (!purpose.class.needsConsent || hasConsent(contact))
    }

    /// The scopes of the blocks that nothing recorded later, and not dated earlier, has lifted.
    private func standing(of contact: String) -> [Scope] {
        let said = entries[contact] ?? []
        return said.indices.filter { index in
            let block = said[index]
            return block.event == .objected
                && !said[index...].contains {
                    $0.event == .lifted && $0.scope == block.scope && $0.occurredAt >= block.occurredAt
                }
        }.map { said[$0].scope }
    }

    /// A consent that no block of everything or of marketing, recorded or dated later, took back.
    private func hasConsent(_ contact: String) -> Bool {
        let said = entries[contact] ?? []
        return said.indices.contains { index in
            said[index].event == .given
                && !said.indices.contains {
                    said[$0].event == .objected && [.all, .marketing, .channel].contains(said[$0].scope)
                        && ($0 > index || said[$0].occurredAt > said[index].occurredAt)
                }
        }
    }
}
