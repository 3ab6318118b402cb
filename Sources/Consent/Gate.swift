// The gate: may this message be sent to this contact, now? A pure decision over what stands of the ledger, asked at enqueue and
// again in the transaction that claims the message. If it cannot be asked, nothing is sent: there is no default.

import Domain

/// What the gate is asked.
package struct GateQuestion: Sendable, Hashable {
    /// The clock: a dead address is tried again after its term.
    package let at: Timestamp
    package let purpose: Purpose
    package let `class`: PurposeClass
    package let channel: Channel
    package let references: ContactReferences

    package init(
        at now: Timestamp, purpose: Purpose, class purposeClass: PurposeClass, channel: Channel,
        references: ContactReferences
    ) {
        at = now
        self.purpose = purpose
        self.class = purposeClass
        self.channel = channel
        self.references = references
    }
}

extension GateQuestion {
    /// The same question of other references.
    package func with(_ references: ContactReferences) -> GateQuestion {
        GateQuestion(at: at, purpose: purpose, class: `class`, channel: channel, references: references)
    }

    /// The same question at another time.
    package func asked(at now: Timestamp) -> GateQuestion {
        GateQuestion(at: now, purpose: purpose, class: `class`, channel: channel, references: references)
    }
}

/// The gate's answer.
package enum GateVerdict: Sendable, Hashable {
    case allowed(SendAuthorisation)
    case blocked(BlockReason)

    package var isAllowed: Bool { authorisation != nil }

    /// `allowed`, or the code of the block.
    package var word: String { block?.code ?? "allowed" }

    /// Why not; nil when it is allowed.
    package var block: BlockReason? {
        if case .blocked(let reason) = self { reason } else { nil }
    }

    package var authorisation: SendAuthorisation? {
        if case .allowed(let authorisation) = self { authorisation } else { nil }
    }
}

/// The gate's yes to one question. Nothing is handed to a transport without it, and nobody but the gate can make one.
package struct SendAuthorisation: Sendable, Hashable {
    package let question: GateQuestion

    fileprivate init(_ question: GateQuestion) {
        self.question = question
    }
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

/// The gate's answer with the entry that it rests on.
package struct GateRuling: Sendable, Hashable {
    package let verdict: GateVerdict
    /// The block that stops, or the consent that allows; nil where neither is needed.
    package let entry: LedgerEntryID?
}

package enum Gate {
    /// Decides by the truth table of the contract, section 6. `entries` are those that stand of the question's references.
    package static func decide(_ question: GateQuestion, entries: [StandingEntry]) -> GateVerdict {
        ruling(question, entries: entries).verdict
    }

    /// The same, and says which entry decided.
    package static func ruling(_ question: GateQuestion, entries: [StandingEntry]) -> GateRuling {
        let references = Set(question.references.all)
        let standing = Standing(entries.filter { references.contains($0.contact) }.sorted { $0.seq < $1.seq })
        if let block = standing.block(against: question) {
            return GateRuling(
                verdict: .blocked(BlockReason(code: block.event.rawValue, entry: block.id)), entry: block.id)
        }
        guard question.class.needsConsent else {
            return GateRuling(verdict: .allowed(SendAuthorisation(question)), entry: nil)
        }
        guard let consent = standing.consent(for: question) else {
            return GateRuling(verdict: .blocked(.noConsent), entry: nil)
        }
        return GateRuling(verdict: .allowed(SendAuthorisation(question)), entry: consent.id)
    }
}
