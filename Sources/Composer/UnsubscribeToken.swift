// What the unsubscribe link of one message carries (contract, section 5): dealership, references, purpose, the contact's language and the
// message, sealed. It is self-contained, so it works after retention, erasure and restore; it holds no readable
// address; and a forged one is nil, exactly like an unknown one.

import Crypto
import Domain

package struct UnsubscribeToken: Sendable, Hashable {
    package let dealership: DealershipID
    package let references: ContactReferences
    package let purpose: Purpose
    package let `class`: PurposeClass
    package let channel: Channel
    /// The language of its page: the contact's, also where the message had to be written in another.
    package let locale: LocaleTag
    package let message: MessageID

    package init(
        dealership: DealershipID, references: ContactReferences, purpose: Purpose,
        class purposeClass: PurposeClass,
        channel: Channel, locale: LocaleTag, message: MessageID
    ) {
        self.dealership = dealership
        self.references = references
        self.purpose = purpose
        self.class = purposeClass
        self.channel = channel
        self.locale = locale
        self.message = message
    }

    private static let label = "relais/unsubscribe"
    private static let version: UInt8 = 1

    /// The token as it stands in a URL.
    package func sealed(with keys: KeyRing) -> String {
        SealedFields.seal(fields, label: Self.label, version: Self.version, with: keys)
    }

    /// Opens a token; nil unless one of the keys made it.
    package init?(_ text: String, keys: KeyRing) {
        guard var sealed = SealedFields(text, label: Self.label, version: Self.version, keys: keys) else {
            return nil
        }
        self.init(&sealed)
    }

    var fields: [[UInt8]] {
        [
            Array(dealership.text.utf8), Array(purpose.text.utf8), Array(`class`.rawValue.utf8),
            Array(channel.rawValue.utf8), Array(locale.text.utf8), message.bytes, references.address.bytes,
            references.customer?.bytes ?? [], references.otherAddress?.bytes ?? [],
        ]
    }

    /// Takes its fields from the front of opened ones.
    init?(_ sealed: inout SealedFields) {
        guard let dealership = try? DealershipID(sealed.nextText()),
            let purpose = try? Purpose(sealed.nextText()),
            let purposeClass = PurposeClass(rawValue: sealed.nextText()),
            let channel = Channel(rawValue: sealed.nextText()),
            let locale = try? LocaleTag(sealed.nextText()), let message = MessageID(bytes: sealed.next()),
            let address = ContactReference(bytes: sealed.next())
        else { return nil }
        self.init(
            dealership: dealership,
            references: ContactReferences(
                address: address, customer: ContactReference(bytes: sealed.next()),
                otherAddress: ContactReference(bytes: sealed.next())),
            purpose: purpose, class: purposeClass, channel: channel, locale: locale, message: message)
    }
}
