// A small world for the ledger's tests: one dealership, one person with three references, a stranger, and
// moments counted in seconds. Entries are written short, and get their `seq` from their place in the list.

import Consent
import Domain

enum Ledgers {
    static let dealership = try! DealershipID("garage")
    static let address = reference(1)
    static let customer = reference(2)
    static let otherAddress = reference(3)
    static let stranger = reference(9)
    static let references = ContactReferences(
        address: address, customer: customer, otherAddress: otherAddress)

    static func reference(_ byte: UInt8) -> ContactReference {
        ContactReference(bytes: [UInt8](repeating: byte, count: ContactReference.byteCount))!
    }

    static func moment(_ seconds: Int) -> Timestamp { Timestamp(milliseconds: Int64(seconds) * 1000) }

    static func id(_ number: Int) -> LedgerEntryID {
        LedgerEntryID(bytes: [UInt8](repeating: 0, count: 14) + [UInt8(number >> 8), UInt8(number & 0xFF)])!
    }

    static func scope(_ text: String) -> Scope { try! Scope(text) }

    static func entry(
        _ event: LedgerEvent, _ scopeText: String, _ channel: Channel? = nil,
        of contact: ContactReference = address, at seconds: Int = 0, by method: ConsentMethod = .page,
        notice hasNotice: Bool = false
    ) -> LedgerEntry {
        LedgerEntry(
            id: id(0), seq: 0, prevHash: [], dealership: dealership, contact: contact, channel: channel,
            scope: scope(scopeText), event: event, occurredAt: moment(seconds), recordedAt: moment(seconds),
            method: method, actor: "contact", noticeDigest: hasNotice ? [1, 2, 3] : nil)
    }

    /// The entries in the order they were recorded in.
    static func recorded(_ entries: [LedgerEntry]) -> [LedgerEntry] {
        entries.enumerated().map { index, entry in
            var entry = entry
            entry.seq = Int64(index + 1)
            entry.id = id(index + 1)
            return entry
        }
    }

    static func question(
        _ purpose: String, _ purposeClass: PurposeClass, _ channel: Channel = .email,
        references: ContactReferences = references, at moment: Timestamp = moment(0)
    ) -> GateQuestion {
        GateQuestion(
            at: moment, purpose: try! Purpose(purpose), class: purposeClass, channel: channel,
            references: references)
    }

    static func act(
        _ event: LedgerEvent, _ scopeText: String, _ channel: Channel? = nil,
        references: ContactReferences = references, at seconds: Int = 0, by method: ConsentMethod = .page,
        notice hasNotice: Bool = false, evidence hasEvidence: Bool = false
    ) -> ConsentAct {
        ConsentAct(
            references: references, event: event, scope: scope(scopeText), channel: channel,
            occurredAt: moment(seconds), method: method, actor: "contact",
            noticeDigest: hasNotice ? [1, 2, 3] : nil, evidenceDigest: hasEvidence ? [4, 5, 6] : nil)
    }

    /// The entries that an act adds to a ledger.
    static func additions(of act: ConsentAct, to ledger: [LedgerEntry]) -> [LedgerEntry] {
        act.entries(
            dealership: dealership, standing: Standing(folding: ledger), recordedAt: act.occurredAt,
            newID: { id(ledger.count + 1) })
    }

    /// A ledger after an act.
    static func after(_ act: ConsentAct, in ledger: [LedgerEntry]) -> [LedgerEntry] {
        recorded(ledger + additions(of: act, to: ledger))
    }
}

extension Gate {
    /// Asked with a whole ledger instead of what stands of it.
    static func decide(_ question: GateQuestion, ledger: [LedgerEntry]) -> GateVerdict {
        decide(question, entries: Standing(folding: ledger).entries)
    }
}
