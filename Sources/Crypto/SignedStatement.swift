// What the gateway says and can be held to: a JSON value with an Ed25519 signature over it, as a JWS in its compact form (RFC 7515,
// section 3.1; EdDSA of RFC 8037). The type is part of what is signed, so that a receipt never passes for a checkpoint (RFC 8725, section
// 3.11). There is one header for each type and key, and any other is refused unread: nobody else chooses the algorithm or the key.

import Domain
import Foundation
import JSON

package enum SignedStatement: String, Sendable {
    /// Where the chains of the ledger ended at some moment.
    case checkpoint = "relais-checkpoint+jws"
    /// One entry of the ledger, for the person whom it is about.
    case receipt = "relais-receipt+jws"

    /// Signs a payload under this type: three parts of base64url with dots between them.
    package func seal(_ payload: JSONValue, with keys: KeyRing) -> String {
        let content = header(keys.signingPublicKey) + "." + Base64URL.text(of: payload.bytes())
        return content + "." + Base64URL.text(of: keys.sign(Array(content.utf8)))
    }

    /// The payload of a statement of this type that was signed with `key`.
    ///
    /// - Throws: `ValueError` when it is of another type, of another key, was altered, or is no statement.
    package func open(_ text: String, key: PublicKey) throws(ValueError) -> JSONValue {
        let parts = text.components(separatedBy: ".")
        guard parts.count == 3, parts[0] == header(key) else {
            throw ValueError("must be a \(rawValue) signed with the key \(key.thumbprint)")
        }
        guard let signature = Base64URL.bytes(of: parts[2]),
            Crypto.verify(
                signature: signature, key: key.bytes, Array("\(parts[0]).\(parts[1])".utf8)),
            let bytes = Base64URL.bytes(of: parts[1]), let payload = try? JSONValue(parsing: bytes)
        else { throw ValueError("was altered: its signature does not fit") }
        return payload
    }

    private func header(_ key: PublicKey) -> String {
        let header: JSONValue = [
            "alg": "EdDSA", "kid": .string(key.thumbprint), "typ": .string(rawValue),
        ]
        return Base64URL.text(of: header.bytes())
    }
}
