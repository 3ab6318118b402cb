// What a person wrote back, as the hook that heard it hands it on: with what it means, and whose it may be.

import Consent
import Domain

package struct HeardText: Codable, Sendable {
    package enum Meaning: String, Codable, Sendable {
        /// No more SMS.
        case stop
        /// Ends what a STOP began.
        case start
        /// Who is it that writes?
        case help
        /// Anything else: for the dealership to read.
        case text
    }

    /// The sender's phone number as one dealership knows it.
    package struct Correspondent: Codable, Sendable {
        package var dealership: DealershipID
        package var contact: ContactReference
        /// The text, salted for this dealership's ledger.
        package var evidence: EvidenceText

        package init(dealership: DealershipID, contact: ContactReference, evidence: EvidenceText) {
            self.dealership = dealership
            self.contact = contact
            self.evidence = evidence
        }
    }

    package var provider: String
    /// SHA-256 over what tells this text from another: it is heard once.
    package var digest: [UInt8]
    package var meaning: Meaning
    /// Nobody may have meant to object, but somebody should look.
    package var mayBeAnObjection: Bool
    package var text: String
    /// Every dealership that has written to this phone.
    package var correspondents: [Correspondent]

    package init(
        provider: String, digest: [UInt8], meaning: Meaning, mayBeAnObjection: Bool, text: String,
        correspondents: [Correspondent]
    ) {
        self.provider = provider
        self.digest = digest
        self.meaning = meaning
        self.mayBeAnObjection = mayBeAnObjection
        self.text = text
        self.correspondents = correspondents
    }
}
