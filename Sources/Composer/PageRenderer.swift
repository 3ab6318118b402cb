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
        case notFound = "not-found"
        case problem
    }

    package struct Rendered: Sendable {
        package let html: [UInt8]
        /// The value of `style-src`.
        package let styleSource: String
    }

    private let library: TemplateLibrary

    package init(library: TemplateLibrary) throws(TemplateLibraryError) {
        self.library = library
        for page in Page.allCases where library.pages[page.rawValue + ".html"] == nil {
            throw TemplateLibraryError(file: "pages/\(page.rawValue).html", reason: "is not there")
        }
        guard library.pageWords[.english] != nil else {
            throw TemplateLibraryError(file: "pages/en/words.json", reason: "is not there")
        }
    }

    /// Languages that the pages are written in.
    package var locales: Set<LocaleTag> { Set(library.pageWords.keys) }

    /// A word of the pages in a language, by its names one inside the other; nil if there is none.
    package func word(_ names: String..., locale: LocaleTag) -> String? {
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

    private func words(_ locale: LocaleTag) -> (locale: LocaleTag, words: [String: TemplateValue]) {
        for tag in [locale, locale.language] {
            if let words = library.pageWords[tag] { return (tag, words) }
        }
        return (.english, library.pageWords[.english] ?? [:])
    }

    private func styleSource(of html: [UInt8]) -> String {
        let text = String(decoding: html, as: UTF8.self)
        guard let start = text.range(of: "<style>"), let end = text.range(of: "</style>") else {
            return "'none'"
        }
        let digest = Crypto.sha256(Array(text[start.upperBound..<end.lowerBound].utf8))
        return "'sha256-\(Data(digest).base64EncodedString())'"
    }
}
