// Some lines of an import, written in one transaction: one command of a bounded size, so that a group commit serves many lines and the
// others of a running gateway do not wait for the whole file.

import Consent
import Domain

package struct ImportBatch: Codable, Sendable {
    package struct Act: Codable, Sendable {
        package let act: ConsentAct
        package let evidence: EvidenceText?

        package init(act: ConsentAct, evidence: EvidenceText?) {
            self.act = act
            self.evidence = evidence
        }
    }

    /// What one line asks for: to know whose addresses these are, and to record what was said.
    package struct Line: Codable, Sendable {
        package let customer: ContactReference?
        package let addresses: [ContactReference]
        package let acts: [Act]

        package init(customer: ContactReference?, addresses: [ContactReference], acts: [Act]) {
            self.customer = customer
            self.addresses = addresses
            self.acts = acts
        }
    }

    package let lines: [Line]
    /// The texts that the acts name by their digest.
    package let notices: [Notice]

    package init(lines: [Line], notices: [Notice]) {
        self.lines = lines
        self.notices = notices
    }
}

/// What became of one line of a batch.
package enum ImportResult: Codable, Sendable, Equatable {
    /// These entries were added; none are named when it was only rehearsed.
    case recorded([LedgerEntryID])
    /// These entries say the same already.
    case standing([LedgerEntryID])
    /// It says nothing of consent.
    case contact
}
