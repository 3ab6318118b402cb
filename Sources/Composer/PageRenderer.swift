// The public pages as HTML, in the reader's language, with the security policy that fits exactly: no script, no image, one
// style sheet named by its hash (reliability (c) 18).

import Crypto
import Domain
import Foundation
import TemplateEngine

package struct PageRenderer: Sendable {
    package enum Page: String, Sendable, CaseIterable {
        case unsubscribe
        case unsubscribed
        case misdirected
        case undone
        case confirm
        case confirmed
        case expired
        case unclear
        case message
        case gone
        case notFound = "not-found"
        case problem
    }

    package struct Rendered: Sendable {
        package let html: [UInt8]
        /// The value of `style-src`.
        package let styleSource: String
    }

    let library: TemplateLibrary

    package init(library: TemplateLibrary) throws(TemplateLibraryError) {
        self.library = library
        for page in Page.allCases where library.pages[page.rawValue + ".html"] == nil {
            throw TemplateLibraryError(file: "pages/\(page.rawValue).html", reason: "is not there")
        }
        guard let english = library.pageWords[.english] else {
            throw TemplateLibraryError(file: "pages/en/words.json", reason: "is not there")
        }
        let names = Self.names(of: english)
        for (locale, words) in library.pageWords {
            // A word that one language lacks would be a page that fails when somebody wants to unsubscribe.
            if let name = names.symmetricDifference(Self.names(of: words)).sorted().first {
                throw TemplateLibraryError(
                    file: "pages/\(locale)/words.json",
                    reason: "differs from the English words in \"\(name)\"")
            }
        }
    }

    /// The names of all words that are not empty, `scopes.marketing`; of purposes, which a gateway may add, that there are any.
    private static func names(of words: [String: TemplateValue]) -> Set<String> {
        var names: Set<String> = []
        for (name, value) in words {
            switch value {
            case .object(let members) where name != "purposes":
                names.formUnion(Self.names(of: members).map { "\(name).\($0)" })
            case .string(""): continue
            default: names.insert(name)
            }
        }
        return names
    }

    /// Languages that the pages are written in.
    package var locales: Set<LocaleTag> { Set(library.pageWords.keys) }

    /// A word of the pages in a language, by its names one inside the other; nil if there is none.
    package func word(_ names: [String], locale: LocaleTag) -> String? {
        var value = TemplateValue.object(words(locale).words)
        for name in names {
            guard case .object(let members) = value, let next = members[name] else { return nil }
            value = next
        }
        guard case .string(let text) = value else { return nil }
        return text
    }

    package func render(
        _ page: Page, locale: LocaleTag, _ values: [String: TemplateValue] = [:]
    ) throws(TemplateError) -> Rendered {
        let (locale, words) = words(locale)
        guard let template = library.pages[page.rawValue + ".html"] else {
            preconditionFailure("pages are checked when the library is loaded")
        }
        let context = values.merging(["words": .object(words), "locale": .string(locale.text)]) { own, _ in
            own
        }
        let html = try template.render(
            .object(context), partials: library.partials, mode: .strict, escaping: .html)
        return Rendered(html: html, styleSource: styleSource(of: html))
    }

    /// What a double opt-in agrees to, word for word, in one language: the text that is shown and that its digest is of.
    package func notice(
        locale: LocaleTag, _ values: [String: TemplateValue]
    ) throws(TemplateError) -> (version: String, language: LocaleTag, text: String) {
        let locale = words(locale).locale
        guard let notice = library.notices[locale] else {
            preconditionFailure("every language of the pages has a notice")
        }
        let bytes = try notice.template.render(
            .object(values), partials: library.partials, mode: .strict, escaping: .text)
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return (notice.version, locale, text)
    }

    private func words(_ locale: LocaleTag) -> (locale: LocaleTag, words: [String: TemplateValue]) {
        for tag in [locale, locale.language] {
            if let words = library.pageWords[tag] { return (tag, words) }
        }
        return (.english, library.pageWords[.english] ?? [:])
    }

    private func styleSource(of html: [UInt8]) -> String {
        let bytes = Data(html)
        guard let start = bytes.range(of: Data("<style>".utf8)),
            let end = bytes.range(of: Data("</style>".utf8))
        else { return "'none'" }
        let digest = Crypto.sha256(Array(bytes[start.upperBound..<end.lowerBound]))
        return "'sha256-\(Data(digest).base64EncodedString())'"
    }
}
