// One kind of message: its purpose, its channels, and its texts in each language, compiled. The digest names exactly the files
// that a message was made from.

import Domain
import TemplateEngine

package struct MessageKind: Sendable {
    package let name: String
    package let purpose: Purpose
    package let `class`: PurposeClass
    package let channels: [Channel]
    package let texts: [LocaleTag: LocalizedText]

    /// The first language of the chain that this kind has.
    package func text(for chain: [LocaleTag]) -> (locale: LocaleTag, text: LocalizedText)? {
        for locale in chain {
            if let text = texts[locale] { return (locale, text) }
        }
        return nil
    }
}

/// A kind's templates in one language.
package struct LocalizedText: Sendable {
    let subject: Template
    let html: Template
    let text: Template
    let words: [String: TemplateValue]
    /// SHA-256 over the names and texts of every file that takes part.
    package let digest: [UInt8]
}
