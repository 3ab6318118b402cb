// What the link to a message's own page carries (contract, section 5, `/m/`): the message, with its own way out. Sealed like an unsubscribe
// token and under a label of its own. It says nothing of when the page ends, because that can change; so a page that is over still
// knows in whose language it says so, and what it offers to stop.

import Crypto

package struct PageToken: Sendable, Hashable {
    /// The message's own unsubscribe token: dealership, references, channel, language, message.
    package let unsubscribe: UnsubscribeToken

    package init(unsubscribe: UnsubscribeToken) {
        self.unsubscribe = unsubscribe
    }

    private static let label = "relais/page"
    private static let version: UInt8 = 1

    /// The token as it stands in a URL.
    package func sealed(with keys: KeyRing) -> String {
        SealedFields.seal(unsubscribe.fields, label: Self.label, version: Self.version, with: keys)
    }

    /// Opens a token; nil unless one of the keys made it.
    package init?(_ text: String, keys: KeyRing) {
        guard var sealed = SealedFields(text, label: Self.label, version: Self.version, keys: keys),
            let unsubscribe = UnsubscribeToken(&sealed)
        else { return nil }
        self.init(unsubscribe: unsubscribe)
    }
}
