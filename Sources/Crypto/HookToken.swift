// What stands in the URL that a provider calls back: who does not know it cannot pretend to be the provider where callbacks are not signed. It is
// made from the home's token key, so it needs no place in the configuration, and keeps working while that key is on the ring.

package struct HookToken: Sendable {
    private static let purpose = "relais/hook/v1"

    /// `sms/AQ3f…`: the provider's name in the configuration, and the token.
    package let path: String

    package init(provider: String, keys: KeyRing) {
        let keyID = keys.signingKeyID
        guard let code = keys.tokenCode(keyID: keyID, purpose: Self.purpose, Array(provider.utf8)) else {
            preconditionFailure("the signing key is on its ring")
        }
        path = provider + "/" + Base64URL.text(of: [keyID] + code)
    }

    /// Whether a text is the token of a provider, in a time that does not tell how much of it is right.
    package static func isGood(_ text: String, provider: String, keys: KeyRing) -> Bool {
        guard text.utf8.count <= 100, let bytes = Base64URL.bytes(of: text), let keyID = bytes.first,
            let code = keys.tokenCode(keyID: keyID, purpose: purpose, Array(provider.utf8))
        else { return false }
        return Crypto.areEqual(code, Array(bytes.dropFirst()))
    }
}
