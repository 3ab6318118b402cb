// One kind of message: its purpose, its channels, and its texts in each language, compiled. The digest names exactly the files
// that a message was made from.

import Domain
import TemplateEngine

package struct MessageKind: Sendable {
    package let name: String
    package let purpose: Purpose
    package let `class`: PurposeClass
    /// In the order that a request without `channels` means: the first of them.
    package let channels: [Channel]
    /// How it is written as an SMS; nil for a kind that is none.
    package let sms: SMSForm?
    package let texts: [LocaleTag: LocalizedText]

    /// The first language of the chain that this kind has.
    package func text(for chain: [LocaleTag]) -> (locale: LocaleTag, text: LocalizedText)? {
        for locale in chain {
            if let text = texts[locale] { return (locale, text) }
        }
        return nil
    }
}

/// What a kind's `template.json` says of its SMS.
package struct SMSForm: Sendable {
    /// The most that one may cost; a longer one is refused before it is accepted.
    package let segments: Int
    /// Letters that GSM-7 lacks are written with those it has.
    package let isTransliterated: Bool
}

/// A kind's templates in one language, of the channels that it has.
struct EmailTemplates: Sendable {
    let subject: Template
    let html: Template
    let text: Template
}

package struct LocalizedText: Sendable {
    let email: EmailTemplates?
    let sms: Template?
    let words: [String: TemplateValue]
    /// SHA-256 over the names and texts of every file that takes part.
    package let digest: [UInt8]

    var templates: [Template] {
        [email?.subject, email?.html, email?.text, sms].compactMap(\.self)
    }
}
