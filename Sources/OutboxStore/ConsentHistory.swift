// What the ledger holds of one person: every entry under the references that were named, and which of them count now. The one JSON
// view of it, for the API and the command line.

import Consent
import Domain
import JSON

package struct ConsentHistory: Sendable {
    /// In the order of the chain.
    package let entries: [LedgerEntry]
    /// The blocks that stand and the consents that count.
    package let standing: [StandingEntry]
    private let contact: ContactReference

    init(entries: [LedgerEntry], of contact: ContactReference, at now: Timestamp) {
        self.entries = entries
        self.contact = contact
        standing = Standing(folding: entries).entries.filter { $0.counts(at: now) }
    }

    /// The entries of the blocks that stand.
    package var blocks: [LedgerEntry] {
        let ids = Set(standing.filter(\.event.isBlock).map(\.id))
        return entries.filter { ids.contains($0.id) }
    }

    /// The blocks that stop what a consent is for: while one of them stands, that allows nothing. None of what is no consent.
    package func blocks(against act: ConsentAct, purposes: PurposeTable, at now: Timestamp) -> [LedgerEntry] {
        guard act.event.isConsent, let channel = act.channel else { return [] }
        let questions = purposes.names.compactMap { try? Purpose($0) }.compactMap { purpose in
            purposes[purpose].flatMap { purposeClass -> GateQuestion? in
                guard act.scope == .purpose(purpose) || (act.scope == .marketing && purposeClass.needsConsent)
                else { return nil }
                return GateQuestion(
                    at: now, purpose: purpose, class: purposeClass, channel: channel,
                    references: act.references)
            }
        }
        let ids = Set(standing.filter { block in questions.contains { block.stops($0) } }.map(\.id))
        return entries.filter { ids.contains($0.id) }
    }

    /// `contact` is the first of the references that were named.
    package var view: JSONValue {
        [
            "contact": .string(contact.description), "standing": .array(standing.map(view)),
            "entries": .array(entries.map(\.view)),
        ]
    }

    /// An entry with what has become of it since: until when a dead address is left alone, and what of a block a consent ended.
    private func view(_ standing: StandingEntry) -> JSONValue {
        guard let entry = entries.first(where: { $0.id == standing.id }),
            case .object(var members) = entry.view
        else { return .null }
        if let until = standing.until {
            members.append(JSONMember(name: "until", value: .string(until.text)))
        }
        if !standing.exceptions.isEmpty {
            let exceptions = standing.exceptions.map { exception -> JSONValue in
                [
                    "purpose": .string(exception.purpose.text),
                    "channel": .string(exception.channel.rawValue),
                ]
            }
            members.append(JSONMember(name: "exceptions", value: .array(exceptions)))
        }
        return .object(members)
    }
}

extension StoreReader {
    /// What the ledger holds under a person's references; the fold is made here from the entries, so that it is not the gate's own table
    /// that vouches for itself.
    package func consents(
        of references: ContactReferences, dealership: DealershipID, at now: Timestamp
    ) throws(StoreError) -> ConsentHistory {
        try read {
            ConsentHistory(
                entries: try LedgerTable(connection: connection).entries(
                    dealership: dealership, references: references.all),
                of: references.address, at: now)
        }
    }

    /// The addresses of a dealership that are known to be dead and are left alone, oldest first.
    package func deadAddresses(
        dealership: DealershipID, at now: Timestamp
    ) throws(StoreError) -> [StandingEntry] {
        try read {
            try StandingTable(connection: connection).standing(dealership: dealership, event: .bounced)
                .filter { $0.counts(at: now) }
        }
    }
}
