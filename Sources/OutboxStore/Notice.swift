import Crypto
import Domain

/// The text that somebody agreed to, as it was shown. Kept once for everybody; the chain has its digest.
package struct Notice: Codable, Sendable, Hashable {
    /// What its author calls it: a date, a number.
    package let version: String
    package let language: LocaleTag
    package let text: String

    package init(version: String, language: LocaleTag, text: String) {
        self.version = version
        self.language = language
        self.text = text
    }

    /// SHA-256 of exactly the text's UTF-8, so that anybody can check it.
    package var digest: [UInt8] { Crypto.sha256(Array(text.utf8)) }
}

/// What lies beside the chain and is named by an entry's digests.
package struct ConsentProof: Codable, Sendable {
    package var evidence: EvidenceText?
    package var notice: Notice?

    package static let none = ConsentProof()

    package init(evidence: EvidenceText? = nil, notice: Notice? = nil) {
        self.evidence = evidence
        self.notice = notice
    }
}
