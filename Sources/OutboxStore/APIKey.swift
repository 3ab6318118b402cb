// An API key's text: `relais_<id>_<secret>_<checksum>`, all hexadecimal: 128 bits of id, 256 of secret, and 32 of checksum, so
// that secret scanners know one when they see it. The store keeps the secret's SHA-256 alone; at 256 random bits a slow hash
// would add nothing. The text is shown once, when it is made.

import Crypto
import Domain

package enum APIKey {
    private static let prefix = "relais_"

    /// Makes a key: the text to show once, and the record to keep.
    package static func mint(
        dealership: DealershipID?, scopes: Set<APIKeyScope>, name: String? = nil,
        expiresAt: Timestamp? = nil, at now: Timestamp
    ) -> (text: String, record: APIKeyRecord) {
        let id = APIKeyID(at: now, random: Crypto.randomBytes(10))
        let secret = Hexadecimal.text(of: Crypto.randomBytes(32))
        let head = prefix + Hexadecimal.text(of: id.bytes) + "_" + secret
        let record = APIKeyRecord(
            id: id, dealership: dealership, secretDigest: Crypto.sha256(Array(secret.utf8)), scopes: scopes,
            name: name, expiresAt: expiresAt)
        return (head + "_" + checksum(head), record)
    }

    /// Reads a key's text; nil when it is not one.
    package static func parse(_ text: String) -> (id: APIKeyID, secretDigest: [UInt8])? {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] + "_" == prefix, parts[2].utf8.count == 64,
            let id = APIKeyID(bytes: Hexadecimal.bytes(of: parts[1]) ?? []),
            checksum(parts[0...2].joined(separator: "_")) == parts[3]
        else { return nil }
        return (id, Crypto.sha256(Array(parts[2].utf8)))
    }

    private static func checksum(_ head: String) -> String {
        Hexadecimal.text(of: Crypto.sha256(Array(head.utf8)).prefix(4))
    }
}
