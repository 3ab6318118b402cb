// The link to a message's page that fits into an SMS: the message and the language, sealed like every token. Whom it is of, the store tells; so it
// ends with the message's row, and where that is gone there is nothing to show and nobody to name.

import Crypto
import Domain

package struct ShortPageToken: Sendable, Hashable {
    package let message: MessageID
    /// The language of its page, also when everything else of the message is gone.
    package let locale: LocaleTag

    package init(_ token: UnsubscribeToken) {
        message = token.message
        locale = token.locale
    }

    private static let label = "relais/short-page"
    private static let version: UInt8 = 2

    /// The token as it stands in a URL: 51 characters for a language of two letters.
    package func sealed(with keys: KeyRing) -> String {
        SealedFields.seal(
            [message.bytes, Array(locale.text.utf8)], label: Self.label, version: Self.version, with: keys)
    }

    /// Opens a token; nil unless one of the keys made it.
    package init?(_ text: String, keys: KeyRing) {
        guard var sealed = SealedFields(text, label: Self.label, version: Self.version, keys: keys),
            let message = MessageID(bytes: sealed.next()), let locale = try? LocaleTag(sealed.nextText())
        else { return nil }
        self.message = message
        self.locale = locale
    }
}
