// What a template can say: the values of one message under the names of the contract, and a few that are derived from them for
// display (kind of media as flags, duration as m:ss, amounts in the reader's way of writing). A value that is not there is
// left out, so that strict rendering finds it missing.

import Domain
import JSON
import TemplateEngine

/// The public pages of one message.
struct MessageLinks {
    let unsubscribe: String
    /// Only of a message that asks for consent.
    let confirm: String?
    /// The message as a web page; not of one that asks for consent, and not on the page itself.
    let page: String?
}

enum MessageContext {
    /// Names that are made here from others of a request.
    static let derivedNames: Set<String> = ["tel", "hasMedia", "hasAttachments"]

    static func value(
        _ request: MessageRequest, dealership: Dealership, locale: LocaleTag, amountLocale: LocaleTag,
        words: [String: TemplateValue], links: MessageLinks, asksFor: Purpose?, terms: TermsNotice?
    ) -> TemplateValue {
        object([
            "to": object(["name": .init(request.recipient.name)]),
            "dealership": value(dealership),
            "advisor": request.advisor.map(value) ?? .null,
            "intervention": request.intervention.map { value($0, amountLocale, dealership.mediaHosts) }
                ?? .null,
            "data": TemplateValue(request.data),
            "links": object([
                "unsubscribe": .string(links.unsubscribe), "confirm": .init(links.confirm),
                "page": .init(links.page),
            ]),
            "subscription": asksFor.map { object(["name": .string(name(of: $0, words))]) } ?? .null,
            "terms": terms.map { object(["effectiveOn": .string($0.effectiveOn)]) } ?? .null,
            "locale": .string(locale.text),
            "words": .object(words),
        ])
    }

    /// What a purpose is called in the template's words; a configured one that they do not know, by its own name.
    private static func name(of purpose: Purpose, _ words: [String: TemplateValue]) -> String {
        guard case .object(let names) = words["purposes"], case .string(let name) = names[purpose.text] else {
            return purpose.text
        }
        return name
    }

    private static func value(_ dealership: Dealership) -> TemplateValue {
        let brand = object(["logoURL": .init(dealership.logoURL?.text), "colour": .init(dealership.colour)])
        return object([
            "name": .string(dealership.name),
            "legalName": .init(dealership.legalName),
            "address": .string(dealership.address),
            "phone": .init(dealership.phone?.written),
            "tel": .init(dealership.phone?.e164),
            "brand": dealership.logoURL == nil && dealership.colour == nil ? .null : brand,
        ])
    }

    private static func value(_ advisor: Advisor) -> TemplateValue {
        object([
            "name": .string(advisor.name),
            "email": .init(advisor.email?.address),
            "phone": .init(advisor.phone?.written),
            "tel": .init(advisor.phone?.e164),
            "pictureURL": .init(advisor.pictureURL?.text),
        ])
    }

    private static func value(
        _ intervention: Intervention, _ locale: LocaleTag, _ hosts: [String]
    ) -> TemplateValue {
        object([
            "reference": .init(intervention.reference),
            "vehicle": intervention.vehicle.map { vehicle in
                object([
                    "make": .init(vehicle.make), "model": .init(vehicle.model), "plate": .init(vehicle.plate),
                ])
            } ?? .null,
            "media": list(intervention.media.map { value($0, hosts) }),
            "hasMedia": .bool(!intervention.media.isEmpty),
            "quote": intervention.quote.map { value($0, locale) } ?? .null,
            "attachments": list(
                intervention.attachments.map {
                    object(["name": .string($0.name), "url": .string($0.url.text)])
                }),
            "hasAttachments": .bool(!intervention.attachments.isEmpty),
        ])
    }

    private static func value(_ media: Media, _ hosts: [String]) -> TemplateValue {
        object([
            "isPhoto": .bool(media.kind == .photo),
            "isVideo": .bool(media.kind == .video),
            "isFile": .bool(media.kind == .file),
            "isHosted": .bool(hosts.contains(media.url.host)),
            "title": .init(media.title),
            "url": .string(media.url.text),
            "thumbnail": .init(media.thumbnail?.text),
            "duration": .init(media.durationSeconds.map(minutesAndSeconds)),
        ])
    }

    private static func value(_ quote: Quote, _ locale: LocaleTag) -> TemplateValue {
        object([
            "currency": .string(quote.currency.code),
            "lines": .list(
                quote.lines.map { line in
                    object([
                        "label": .string(line.label),
                        "amount": .string(line.amount.formatted(currency: quote.currency, locale: locale)),
                    ])
                }),
            "total": .string(quote.total.formatted(currency: quote.currency, locale: locale)),
            "approvalURL": .init(quote.approvalURL?.text),
        ])
    }

    private static func minutesAndSeconds(_ seconds: Int) -> String {
        let rest = seconds % 60
        return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
    }

    /// An empty list is left out: a section over it would say nothing anyway.
    private static func list(_ elements: [TemplateValue]) -> TemplateValue {
        elements.isEmpty ? .null : .list(elements)
    }

    private static func object(_ members: [String: TemplateValue]) -> TemplateValue {
        .object(members.filter { $0.value != .null })
    }
}
