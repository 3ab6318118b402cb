// A message as a web page: the same request, dealership and engine as its mail, composed anew each time somebody looks, so that nothing is
// kept twice and what was erased is gone. Pictures and videos are shown from the dealership's `mediaHosts` alone; whatever is elsewhere
// is a link, and a logo or portrait that is elsewhere is left out.

import Domain
import Foundation
import TemplateEngine

package struct MessagePage: Sendable {
    package let values: [String: TemplateValue]
    /// Where its pictures and videos come from, as origins; the page's policy lets in nothing else.
    package let sources: [String]
}

extension PageRenderer {
    /// The values of a message's page.
    ///
    /// - Parameters:
    ///   - link: the message's own, which the page is opened by.
    ///   - preferences: where its unsubscribe page is, seen from this one.
    package func page(
        of request: MessageRequest, from dealership: Dealership, link: UnsubscribeToken, preferences: String
    ) -> MessagePage {
        let (request, dealership) = (request.shown(from: dealership), dealership.shown)
        let chain = LocaleTag.chain(contact: request.recipient.locale, dealership: dealership.locale)
        let links = MessageLinks(unsubscribe: preferences, confirm: nil, page: nil)
        let context = MessageContext.value(
            request, dealership: dealership, locale: link.locale,
            amountLocale: Composer.amountLocale(chain, link.locale), words: [:], links: links, asksFor: nil,
            terms: nil)
        guard case .object(var values) = context else { preconditionFailure("a context is an object") }
        values["words"] = nil
        values["locale"] = nil
        let heading = heading(request, dealership, chain, links, acceptedAt: link.message.moment)
        values["heading"] = heading.map { .string($0.text) }
        values["headingLocale"] = heading.map { $0.locale == link.locale ? .null : .string($0.locale.text) }
        values["brand"] = Self.brand(of: dealership)
        return MessagePage(values: values, sources: request.sources(of: dealership))
    }

    /// A dealership's colour as the pages' style reads it; null without one.
    package static func brand(of dealership: Dealership) -> TemplateValue {
        dealership.colour.flatMap(BrandColour.init).map(TemplateValue.init) ?? .null
    }

    /// The subject of its mail, in the mail's language; nil when that kind is no longer there or needs another request by now.
    private func heading(
        _ request: MessageRequest, _ dealership: Dealership, _ chain: [LocaleTag], _ links: MessageLinks,
        acceptedAt: Timestamp
    ) -> (text: String, locale: LocaleTag)? {
        guard let kind = library.kinds[request.template], let (locale, text) = kind.text(for: chain) else {
            return nil
        }
        let terms = try? TermsNotice(request, kind, dealership, locale: locale, at: acceptedAt)
        let context = MessageContext.value(
            request, dealership: dealership, locale: locale,
            amountLocale: Composer.amountLocale(chain, locale), words: text.words, links: links,
            asksFor: nil, terms: terms)
        let subject = try? text.email?.subject.render(
            context, partials: library.partials, mode: .strict, escaping: .text)
        return subject.map { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            return (text.trimmingCharacters(in: .whitespacesAndNewlines), locale)
        }
    }
}

extension Dealership {
    /// Whether a page may show what is there.
    fileprivate func hosts(_ link: WebLink?) -> Bool {
        link.map { mediaHosts.contains($0.host) } ?? false
    }

    /// Without a logo that a page may not show.
    fileprivate var shown: Dealership {
        var shown = self
        if !hosts(logoURL) { shown.logoURL = nil }
        return shown
    }
}

extension MessageRequest {
    /// Without pictures that a page may not show.
    fileprivate func shown(from dealership: Dealership) -> MessageRequest {
        var shown = self
        if !dealership.hosts(advisor?.pictureURL) { shown.advisor?.pictureURL = nil }
        shown.intervention?.media = (intervention?.media ?? []).map { media in
            var media = media
            if !dealership.hosts(media.thumbnail) { media.thumbnail = nil }
            return media
        }
        return shown
    }

    fileprivate func sources(of dealership: Dealership) -> [String] {
        let media = intervention?.media ?? []
        let links = [dealership.logoURL, advisor?.pictureURL] + media.flatMap { [$0.url, $0.thumbnail] }
        return Set(links.compactMap { dealership.hosts($0) ? $0?.origin : nil }).sorted()
    }
}

extension TemplateValue {
    fileprivate init(_ brand: BrandColour) {
        func value(_ scheme: BrandColour.Scheme) -> TemplateValue {
            .object([
                "ink": .string(scheme.ink.description), "onInk": .string(scheme.onInk.description),
            ])
        }
        self = .object([
            "colour": .string(brand.colour.description), "light": value(brand.light),
            "dark": value(brand.dark),
        ])
    }
}
