// What the link of a double opt-in carries (contract, section 5, `/c/`): the message that asks, with its own way out, and the purpose that
// is agreed to. Sealed like an unsubscribe token and under a label of its own; it is valid for thirty days, because a consent
// that was asked for long ago is not what the person wants now.

import Crypto
import Domain

package struct ConfirmToken: Sendable, Hashable {
    package static let lifetime = Duration.seconds(30 * 86_400)

    /// The message's own unsubscribe token: dealership, references, channel, language, message.
    package let unsubscribe: UnsubscribeToken
    /// What is agreed to; of class marketing or survey.
    package let purpose: Purpose

    package init(unsubscribe: UnsubscribeToken, purpose: Purpose) {
        self.unsubscribe = unsubscribe
        self.purpose = purpose
    }

    private static let label = "relais/confirm"
    private static let version: UInt8 = 1

    /// The token as it stands in a URL.
    package func sealed(with keys: KeyRing) -> String {
        SealedFields.seal(
            unsubscribe.fields + [Array(purpose.text.utf8)], label: Self.label, version: Self.version,
            with: keys)
    }

    /// Opens a token; nil unless one of the keys made it.
    package init?(_ text: String, keys: KeyRing) {
        guard var sealed = SealedFields(text, label: Self.label, version: Self.version, keys: keys),
            let unsubscribe = UnsubscribeToken(&sealed), let purpose = try? Purpose(sealed.nextText())
        else { return nil }
        self.init(unsubscribe: unsubscribe, purpose: purpose)
    }

    /// Counted from the message's acceptance, which its id tells.
    package func isExpired(at now: Timestamp) -> Bool {
        now - unsubscribe.message.moment > Self.lifetime
    }
}
