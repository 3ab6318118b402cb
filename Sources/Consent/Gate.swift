// The gate: may this message be sent to this contact, now? A pure decision over the ledger's entries, asked at enqueue and
// again in the transaction that claims the message. If it cannot be asked, nothing is sent: there is no default.

import Domain

/// What the gate is asked.
package struct GateQuestion: Sendable, Hashable {
    package let purpose: Purpose
    package let `class`: PurposeClass
    package let channel: Channel
    package let references: ContactReferences

    package init(
        purpose: Purpose, class purposeClass: PurposeClass, channel: Channel, references: ContactReferences
    ) {
        self.purpose = purpose
        self.class = purposeClass
        self.channel = channel
        self.references = references
    }
}

/// The gate's answer.
package enum GateVerdict: Sendable, Hashable {
    case allowed
    case blocked(BlockReason)
}

/// Why a message is blocked: the block's event, or `no-consent`, and the ledger entry that decided.
package struct BlockReason: Sendable, Hashable {
    package let code: String
    package let entry: LedgerEntryID?

    package init(code: String, entry: LedgerEntryID?) {
        self.code = code
        self.entry = entry
    }

    package static let noConsent = BlockReason(code: "no-consent", entry: nil)
    /// `recipients.allow` keeps a staging copy from real people.
    package static let notAllowed = BlockReason(code: "recipient-not-allowed", entry: nil)
}

package enum Gate {
    /// Decides by the truth table of the contract, section 6. `entries` are those of the question's references.
    package static func decide(_ question: GateQuestion, entries: [LedgerEntry]) -> GateVerdict {
        let references = Set(question.references.all)
        let standing = Standing(entries.filter { references.contains($0.contact) })
        if let block = standing.block(against: question) {
            return .blocked(BlockReason(code: block.event.rawValue, entry: block.id))
        }
        if question.class.needsConsent, standing.consent(for: question) == nil { return .blocked(.noConsent) }
        return .allowed
    }
}
