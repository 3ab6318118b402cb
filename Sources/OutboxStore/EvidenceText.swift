import Crypto

/// Personal evidence, kept beside the chain; the chain has its salted digest.
package struct EvidenceText: Codable, Sendable {
    package static let saltByteCount = 16
    package let salt: [UInt8]
    package let text: String

    package init(_ text: String, salt: [UInt8]) {
        self.text = text
        self.salt = salt
    }

    /// SHA-256 over a domain, the salt and the text: guessing the text from it needs the salt, which goes with the text.
    package var digest: [UInt8] {
        Self.digest(salt: salt, text: Array(text.utf8))
    }

    /// The same of a text as it is stored.
    static func digest(salt: [UInt8], text: [UInt8]) -> [UInt8] {
        Crypto.sha256(Array("relais/evidence/v1".utf8) + [0] + salt + text)
    }
}
