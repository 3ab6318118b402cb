// What every public page has in common: language, header fields with exactly the policy that its one style needs, and the two pages
// that any of them may end in, not found and a fault. A page that cannot be rendered is a plain 503 and never half a page.

import Composer
import Domain
import HTTPServer
import Intake
import OutboxStore
import Runtime
import TemplateEngine

struct PublicPage: Sendable {
    private let store: OutboxStore
    private let renderer: PageRenderer
    /// Where a page is made after a commit: never on the store's thread.
    private let work: WorkQueue
    private let log: Log
    private let dealerships = DealershipDirectory()
    private let brands = Lock<[String: TemplateValue]>([:])

    init(store: OutboxStore, renderer: PageRenderer, work: WorkQueue, log: Log) {
        self.store = store
        self.renderer = renderer
        self.work = work
        self.log = log
    }

    /// Answers with a page made from what the store answered; a failure is a page, too.
    func answer<Value: Sendable>(
        _ result: Result<Value, StoreError>, _ locale: LocaleTag, _ answer: @escaping Answer,
        _ success: @escaping @Sendable (Value) -> HTTPResponse
    ) {
        self.answer(answer) {
            switch result {
            case .success(let value): success(value)
            case .failure(let error): problem(locale, error)
            }
        }
    }

    /// Answers with a page made elsewhere, unless too much waits there.
    func answer(_ answer: @escaping Answer, _ page: @escaping @Sendable () -> HTTPResponse) {
        if !work.submit({ answer(page()) }) { answer(page()) }
    }

    func response(
        _ status: Int, _ page: PageRenderer.Page, _ locale: LocaleTag,
        _ values: [String: TemplateValue] = [:],
        _ fields: [HTTPField] = [], mediaFrom sources: [String] = []
    ) -> HTTPResponse {
        let rendered: PageRenderer.Rendered
        do {
            rendered = try renderer.render(page, locale: locale, values)
        } catch {
            log(.error, "page-failed", ["reason": .error(error)])
            return Problem.unavailable("this page cannot be shown at the moment")
        }
        let media = sources.joined(separator: " ")
        let policy = """
            default-src 'none'; style-src \(rendered.styleSource); form-action 'self'; frame-ancestors 'none'; \
            base-uri 'none'\(sources.isEmpty ? "" : "; img-src \(media); media-src \(media)")
            """
        return HTTPResponse(
            status: status,
            headers: fields + [
                HTTPField(name: "Content-Type", value: "text/html; charset=utf-8"),
                HTTPField(name: "Content-Security-Policy", value: policy),
                HTTPField(name: "X-Robots-Tag", value: "noindex"),
            ], body: rendered.html)
    }

    /// A message's own page.
    func message(
        _ request: MessageRequest, from dealership: Dealership, _ link: UnsubscribeToken, preferences: String
    ) -> HTTPResponse {
        let shown = renderer.page(of: request, from: dealership, link: link, preferences: preferences)
        let purpose: [String: TemplateValue] = [
            "purposeName": .string(label(link.purpose, link.locale, orOther: true))
        ]
        return response(
            200, .message, link.locale, shown.values.merging(purpose) { $1 }, mediaFrom: shown.sources)
    }

    /// The same for a forged token and for one that never was.
    func notFound(_ call: Call) -> HTTPResponse { notFound(call.request) }

    func notFound(_ request: HTTPRequest) -> HTTPResponse {
        response(404, .notFound, preferredLocale(request["Accept-Language"] ?? ""))
    }

    /// Whether a person, and no program, reads what is answered under a path.
    static func isAt(_ path: String) -> Bool {
        ["u", "c", "m"].contains(path.dropFirst().prefix { $0 != "/" })
    }

    /// Nothing was recorded, and the page says so: "done" must never be a lie.
    func problem(_ locale: LocaleTag, _ error: any Error) -> HTTPResponse {
        let cause = if case .store(let error) = error as? IntakeError { error as any Error } else { error }
        log(.error, "page-failed", ["reason": .error(cause)])
        return response(503, .problem, locale, [:], [HTTPField(name: "Retry-After", value: "60")])
    }

    /// What a purpose is called; a configured one that the words do not know, as `other` or by its own name.
    func label(_ purpose: Purpose, _ locale: LocaleTag, orOther: Bool) -> String {
        renderer.word(["purposes", purpose.text], locale: locale)
            ?? (orOther ? renderer.word(["purposes", "other"], locale: locale) : nil) ?? purpose.text
    }

    func word(_ names: String..., locale: LocaleTag) -> String {
        renderer.word(names, locale: locale) ?? names.joined(separator: ".")
    }

    /// The notice of a double opt-in as this page shows it.
    func notice(_ locale: LocaleTag, _ values: [String: TemplateValue]) throws(TemplateError) -> Notice {
        let notice = try renderer.notice(locale: locale, values)
        return Notice(version: notice.version, language: notice.language, text: notice.text)
    }

    func record(of id: DealershipID) throws(IntakeError) -> Dealership {
        try dealerships.dealership(id, store)
    }

    /// Who writes, and in which colour.
    func letterhead(_ id: DealershipID) throws(IntakeError) -> [String: TemplateValue] {
        let dealership = try record(of: id)
        var members: [String: TemplateValue] = [
            "name": .string(dealership.name), "address": .string(dealership.address),
        ]
        members["legalName"] = dealership.legalName.map { .string($0) }
        members["phone"] = dealership.phone.map { .string($0.written) }
        members["tel"] = dealership.phone.map { .string($0.e164) }
        return ["dealership": .object(members), "brand": brand(of: dealership)]
    }

    /// The same; a record that cannot be read, or is not there after a restore, does not stand in the way of an objection.
    func letterheadOrName(_ id: DealershipID) -> [String: TemplateValue] {
        (try? letterhead(id)) ?? ["dealership": .object(["name": .string(id.text)])]
    }

    /// Made readable once for each colour that there is.
    private func brand(of dealership: Dealership) -> TemplateValue {
        guard let colour = dealership.colour else { return .null }
        if let known = brands.withLock({ $0[colour] }) { return known }
        let brand = PageRenderer.brand(of: dealership)
        brands.withLock { $0[colour] = brand }
        return brand
    }

    /// The first language of `Accept-Language` that the pages have.
    private func preferredLocale(_ header: String) -> LocaleTag {
        for part in header.split(separator: ",").prefix(20) {
            let tag = part.prefix { $0 != ";" }.filter { !$0.isWhitespace }
            guard let locale = (try? LocaleTag(tag))?.language, renderer.locales.contains(locale) else {
                continue
            }
            return locale
        }
        return .english
    }
}

/// It names a template, a line and a variable, never a value.
extension TemplateError: LoggableError {}
