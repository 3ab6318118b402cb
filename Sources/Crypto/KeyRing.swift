// The home's secret keys, and what is made with them. The reference key never changes: objections are found by it, and the key
// that signs checkpoints and receipts is derived from it, so that an old receipt is verified for good. Token keys rotate: the
// last one makes codes, all of them verify, so that the link in an old mail keeps working.

import Domain

package struct KeyRing: Sendable, Equatable {
    package struct TokenKey: Sendable, Equatable {
        package let id: UInt8
        package let key: [UInt8]

        package init(id: UInt8, key: [UInt8]) {
            self.id = id
            self.key = key
        }
    }

    private let referenceKey: [UInt8]
    private let tokenKeys: [TokenKey]
    /// What the secrets of webhooks are made from; the last one is the newest.
    let webhookKeys: [[UInt8]]

    /// - Parameters:
    ///   - referenceKey: 32 bytes.
    ///   - tokenKeys: at least one, 32 bytes each; the last one signs.
    ///   - webhookKeys: 32 bytes each; none in a home that was made before there were webhooks, and theirs is made from the reference key.
    package init(referenceKey: [UInt8], tokenKeys: [TokenKey], webhookKeys: [[UInt8]] = []) {
        precondition(!tokenKeys.isEmpty, "a key ring needs a token key")
        self.referenceKey = referenceKey
        self.tokenKeys = tokenKeys
        self.webhookKeys =
            webhookKeys.isEmpty
            ? [Crypto.authenticationCode(key: referenceKey, Array("relais/webhook/v1".utf8))] : webhookKeys
    }

    /// The same references, and tokens that no page knows: what a preview's links are made with.
    package var forPreview: KeyRing {
        KeyRing(
            referenceKey: referenceKey, tokenKeys: [TokenKey(id: signingKeyID, key: Crypto.randomBytes(32))])
    }

    /// What stands for a person's address or number in one dealership's ledger.
    package func reference(to identity: ContactIdentity, of dealership: DealershipID) -> ContactReference {
        let code = Crypto.authenticationCode(
            key: referenceKey,
            Array("relais/contact/v1".utf8) + [0] + identity.canonicalBytes(dealership: dealership))
        guard let reference = ContactReference(bytes: Array(code.prefix(ContactReference.byteCount))) else {
            preconditionFailure("an authentication code has 32 bytes")
        }
        return reference
    }

    /// Names the reference key without telling anything of it: the store is bound to this.
    package var referenceKeyFingerprint: String {
        let code = Crypto.authenticationCode(key: referenceKey, Array("relais/fingerprint/v1".utf8))
        return Hexadecimal.text(of: code.prefix(8))
    }

    /// Signs what the gateway must be held to (Ed25519, 64 bytes); the same bytes have the same signature.
    package func sign(_ bytes: [UInt8]) -> [UInt8] { Crypto.signature(seed: signingSeed, bytes) }

    /// What `sign` is verified with.
    package var signingPublicKey: PublicKey { PublicKey(bytes: Crypto.publicKey(seed: signingSeed)) }

    private var signingSeed: [UInt8] {
        Crypto.authenticationCode(key: referenceKey, Array("relais/signing/v1".utf8))
    }

    /// The id of the token key that makes codes now.
    package var signingKeyID: UInt8 { tokenKeys[tokenKeys.count - 1].id }

    /// A code of 128 bits over `bytes` for one purpose; nil when no key has this id.
    package func tokenCode(keyID: UInt8, purpose: String, _ bytes: [UInt8]) -> [UInt8]? {
        guard let key = tokenKeys.last(where: { $0.id == keyID }) else { return nil }
        return Array(Crypto.authenticationCode(key: key.key, Array(purpose.utf8) + [0] + bytes).prefix(16))
    }
}
