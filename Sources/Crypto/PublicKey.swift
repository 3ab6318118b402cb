// The half of the home's signing key that everybody may have: checkpoints and receipts are verified with it, by this program or
// by any library that knows JOSE. Whoever verifies gets it once, from the operator, and not from what he verifies.

import JSON

package struct PublicKey: Sendable, Hashable {
    /// 32 bytes (RFC 8032).
    package let bytes: [UInt8]

    /// The key as a JWK (RFC 8037, section 2).
    package var jwk: JSONValue {
        [
            "kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.text(of: bytes)), "alg": "EdDSA",
            "use": "sig", "kid": .string(thumbprint),
        ]
    }

    /// Names the key: the SHA-256 of its required members in the order of their names (RFC 7638, section 3).
    package var thumbprint: String {
        let members: JSONValue = [
            "crv": "Ed25519", "kty": "OKP", "x": .string(Base64URL.text(of: bytes)),
        ]
        return Base64URL.text(of: Crypto.sha256(members.bytes()))
    }

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }
}
