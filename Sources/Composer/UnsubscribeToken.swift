// What the unsubscribe link of one message carries (contract, section 5): dealership, references, purpose, locale and message,
// under a code of 128 bits. It is self-contained, so it works after retention, erasure and restore; it holds no readable
// address; and a forged one is nil, exactly like an unknown one.

import Crypto
import Domain

package struct UnsubscribeToken: Sendable, Hashable {
    package let dealership: DealershipID
    package let references: ContactReferences
    package let purpose: Purpose
    package let `class`: PurposeClass
    package let channel: Channel
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

    private static let version: UInt8 = 1
    private static let codeByteCount = 16
    private static let domain = "relais/unsubscribe/v1"

    /// The token as it stands in a URL.
    package func sealed(with keys: KeyRing) -> String {
        var bytes: [UInt8] = [Self.version, keys.signingKeyID]
        let fields: [[UInt8]] = [
            Array(dealership.text.utf8), Array(purpose.text.utf8), Array(`class`.rawValue.utf8),
            Array(channel.rawValue.utf8), Array(locale.text.utf8), message.bytes, references.address.bytes,
            references.customer?.bytes ?? [], references.otherAddress?.bytes ?? [],
        ]
        for field in fields { bytes += [UInt8(field.count)] + field }
        guard let code = keys.tokenCode(keyID: keys.signingKeyID, purpose: Self.domain, bytes) else {
            preconditionFailure("the signing key is on its ring")
        }
        return Base64URL.text(of: bytes + code)
    }

    /// Opens a token; nil unless one of the keys made it.
    package init?(_ text: String, keys: KeyRing) {
        guard text.utf8.count <= 600, let sealed = Base64URL.bytes(of: text),
            sealed.count > 2 + Self.codeByteCount,
            sealed[0] == Self.version
        else { return nil }
        let bytes = Array(sealed.dropLast(Self.codeByteCount))
        guard let code = keys.tokenCode(keyID: bytes[1], purpose: Self.domain, bytes),
            Crypto.areEqual(code, Array(sealed.suffix(Self.codeByteCount)))
        else { return nil }
        var rest = bytes.dropFirst(2)
        func next() -> [UInt8]? {
            guard let count = rest.popFirst(), rest.count >= Int(count) else { return nil }
            defer { rest = rest.dropFirst(Int(count)) }
            return Array(rest.prefix(Int(count)))
        }
        func nextText() -> String { String(decoding: next() ?? [], as: UTF8.self) }
        guard let dealership = try? DealershipID(nextText()), let purpose = try? Purpose(nextText()),
            let purposeClass = PurposeClass(rawValue: nextText()),
            let channel = Channel(rawValue: nextText()),
            let locale = try? LocaleTag(nextText()), let message = MessageID(bytes: next() ?? []),
            let address = ContactReference(bytes: next() ?? [])
        else { return nil }
        self.init(
            dealership: dealership,
            references: ContactReferences(
                address: address, customer: ContactReference(bytes: next() ?? []),
                otherAddress: ContactReference(bytes: next() ?? [])),
            purpose: purpose, class: purposeClass, channel: channel, locale: locale, message: message)
    }
}
