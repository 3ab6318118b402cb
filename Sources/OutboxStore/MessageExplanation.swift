// Why a message was sent or not: what the gate was asked with the last time and what it said, the entries that it read, and the same
// question asked once more from the record. It reads the store alone, so it can be asked years later and of a backup. What the ledger
// says today plays no part: entries that came after the decision are not in it.

import Consent
import Domain
import SQLite

package struct MessageExplanation: Sendable {
    /// What the gate was asked, as it counted then, and what it said.
    package struct Decision: Sendable {
        /// The references that counted: a counter customer's number does not.
        package let question: GateQuestion
        /// The last entry of the dealership's chain at that time.
        package let seq: Int64
        package let countsCustomer: Bool
        /// `allowed`, or the code of the block.
        package let verdict: String
        package let entry: LedgerEntryID?
        /// The entries under the question's references up to `seq`, in the order of the chain.
        package let entries: [LedgerEntry]

        /// Decides once more from the record, as the gate does.
        package var again: GateRuling {
            Gate.ruling(question, entries: Standing(folding: entries).entries)
        }

        package var isSameAgain: Bool {
            let again = again
            return again.verdict.word == verdict && again.entry == entry
        }
    }

    /// Who had the last word on what the message is now.
    package enum Decider: String, Sendable {
        case gate
        case recipientsAllow = "recipients.allow"
        case deadline
        case route
        case newerMessage = "newer-message"
        case `operator`
        case provider
        case gateway
    }

    package let record: MessageRecord
    package let `class`: PurposeClass
    /// Nil when the gate was last asked by a version that kept no record of it.
    package let decision: Decision?

    package var decider: Decider {
        guard let code = record.reasonCode else { return .gate }
        if let event = LedgerEvent(rawValue: code), event.isBlock { return .gate }
        switch code {
        case BlockReason.noConsent.code: return .gate
        case BlockReason.notAllowed.code: return .recipientsAllow
        case "deadline-over": return .deadline
        case "provider-changed": return .route
        case "coalesced": return .newerMessage
        case "hold", "dealership-held", "cancel", "rectified", "erased", "restored", "resolved-accepted",
            "resolved-rejected",
            "resolved-retry":
            return .operator
        case "interrupted", "poison", "unreadable", "quota": return .gateway
        default: return .provider
        }
    }
}

extension StoreReader {
    /// Why a message was sent or not; nil when there is no such message.
    package func explanation(_ id: MessageID) throws(StoreError) -> MessageExplanation? {
        try read {
            guard let record = try MessageTable(connection: connection).record(id) else { return nil }
            let row = try connection.first(
                """
                SELECT purpose, class, contact, customer, other_address, \
                \(GateDecision.columns.joined(separator: ", ")) FROM message WHERE id = ?
                """, [.blob(id.bytes)]
            ) { GateRow($0, channel: record.channel) }
            guard let row = row ?? nil else { throw StoreError.unusable("\(id) cannot be read") }
            return MessageExplanation(
                record: record, class: row.asked.class,
                decision: try row.decision { references, seq in
                    try LedgerTable(connection: connection).entries(
                        dealership: record.dealership, references: references.all
                    ).filter { $0.seq <= seq }
                })
        }
    }
}

/// What a message's row keeps of the gate's decision.
private struct GateRow {
    /// With every reference that the message has.
    let asked: GateQuestion
    private let seq: Int64?
    private let countsCustomer: Bool
    private let verdict: String?
    private let entry: LedgerEntryID?

    init?(_ row: SQLRow, channel: Channel) {
        let at = Timestamp(milliseconds: row.optionalInteger(5) ?? 0)
        guard let asked = GateQuestion(row, at: at, purpose: 0, class: 1, channel: channel, references: 2)
        else { return nil }
        self.asked = asked
        seq = row.optionalInteger(6)
        countsCustomer = row.optionalInteger(7) == 1
        verdict = row.optionalText(8)
        entry = row.optionalBlob(9).flatMap(LedgerEntryID.init(bytes:))
    }

    func decision(
        _ entries: (ContactReferences, Int64) throws -> [LedgerEntry]
    ) throws -> MessageExplanation.Decision? {
        guard let seq, let verdict else { return nil }
        let counted =
            countsCustomer
            ? asked.references
            : ContactReferences(
                address: asked.references.address, otherAddress: asked.references.otherAddress)
        return MessageExplanation.Decision(
            question: asked.with(counted), seq: seq, countsCustomer: countsCustomer, verdict: verdict,
            entry: entry, entries: try entries(counted, seq))
    }
}
