// `GET /u/{token}` shows what can be stopped and changes nothing; `POST` acts at once: one click by RFC 8058 without a page, or
// the page's own form. A token only adds blocks. A forged token gets the same 404 as an unknown one; a store that cannot write
// gets 503 and a page that says that nothing was changed, because "you are unsubscribed" must never be a lie.

import Composer
import Consent
import Crypto
import Domain
import HTTPServer
import Intake
import OutboxStore
import Runtime
import TemplateEngine

struct UnsubscribePage: Sendable {
    static let bodyLimit = 8 << 10

    let store: OutboxStore
    let keys: KeyRing
    let pages: PageRenderer
    /// Where a page is made after the commit: never on the store's thread.
    let work: WorkQueue
    let clock: WallClock
    let log: Log
    private let dealerships = DealershipDirectory()

    init(
        store: OutboxStore, keys: KeyRing, pages: PageRenderer, work: WorkQueue, clock: WallClock,
        log: Log
    ) {
        self.store = store
        self.keys = keys
        self.pages = pages
        self.work = work
        self.clock = clock
        self.log = log
    }

    func show(_ call: Call, _ answer: @escaping Answer) {
        guard let token = token(call) else { return answer(notFound(call)) }
        let usual = Scope.ofOneClick(purpose: token.purpose, class: token.class)
        answer(
            page(
                200, .unsubscribe, token.locale,
                [
                    "dealership": .object(["name": .string(name(of: token.dealership))]),
                    "purposeName": .string(label(.purpose(token.purpose), token)),
                    // Relative, so that it also fits behind a proxy that adds a path.
                    "action": .string(call.values["token"] ?? ""),
                    "scopes": .list(
                        offeredScopes(token).map { scope in
                            .object([
                                "value": .string(scope.description),
                                "label": .string(label(scope, token)),
                                "checked": .bool(scope == usual),
                            ])
                        }),
                ]))
    }

    /// A record that cannot be read, or is not there after a restore, does not stand in the way of an objection.
    private func name(of dealership: DealershipID) -> String {
        (try? dealerships.dealership(dealership, store).name) ?? dealership.text
    }

    func act(_ call: Call, _ answer: @escaping Answer) {
        guard let token = token(call) else { return answer(notFound(call)) }
        guard let form = FormBody(call.request.body, contentType: call.request["Content-Type"]) else {
            return answer(
                Problem.response(400, "form", "the body must be a form: urlencoded or multipart/form-data"))
        }
        if form["List-Unsubscribe"] == "One-Click" {
            record(token, Scope.ofOneClick(purpose: token.purpose, class: token.class), .oneClick, answer) {
                _ in
                HTTPResponse(
                    status: 200,
                    headers: [HTTPField(name: "Content-Type", value: "text/plain; charset=utf-8")],
                    body: Array("unsubscribed\n".utf8))
            }
        } else if let scope = try? form["scope"].map(Scope.init), offeredScopes(token).contains(scope) {
            let name = name(of: token.dealership)
            record(token, scope, .page, answer) { done(token, scope, name, $0) }
        } else {
            answer(
                Problem.response(
                    400, "form", "the form must say List-Unsubscribe=One-Click or an offered scope"))
        }
    }

    private func record(
        _ token: UnsubscribeToken, _ scope: Scope, _ method: ConsentMethod, _ answer: @escaping Answer,
        _ success: @escaping @Sendable (RecordedConsent) -> HTTPResponse
    ) {
        let act = ConsentAct(
            references: token.references, event: .objected, scope: scope,
            channel: scope == .channel ? token.channel : nil, occurredAt: clock.now(), method: method,
            actor: "contact")
        store.record(act, dealership: token.dealership) { result in
            switch result {
            case .success(let recorded):
                let isPage = method == .page
                if !isPage || !work.submit({ answer(success(recorded)) }) { answer(success(recorded)) }
            case .failure(let error): answer(problem(token.locale, error))
            }
        }
    }

    private func done(
        _ token: UnsubscribeToken, _ scope: Scope, _ name: String, _ recorded: RecordedConsent
    ) -> HTTPResponse {
        page(
            200, .unsubscribed, token.locale,
            [
                "dealership": .object(["name": .string(name)]),
                "purposeName": .string(label(.purpose(token.purpose), token)),
                "scopeLabel": .string(label(scope, token)),
                "reference": .string(recorded.entry?.id.description ?? token.message.description),
            ])
    }

    /// What the page of a message offers: its purpose (never for `safety`), all marketing, everything on its channel.
    private func offeredScopes(_ token: UnsubscribeToken) -> [Scope] {
        token.class == .safety ? [.marketing] : [.purpose(token.purpose), .marketing, .channel]
    }

    private func label(_ scope: Scope, _ token: UnsubscribeToken) -> String {
        switch scope {
        case .purpose(let purpose):
            pages.word("purposes", purpose.text, locale: token.locale)
                ?? pages.word("purposes", "other", locale: token.locale) ?? purpose.text
        case .marketing, .channel, .all:
            pages.word("scopes", scope.description, locale: token.locale) ?? scope.description
        }
    }

    private func token(_ call: Call) -> UnsubscribeToken? {
        UnsubscribeToken(call.values["token"] ?? "", keys: keys)
    }

    private func notFound(_ call: Call) -> HTTPResponse {
        page(404, .notFound, preferredLocale(call.request["Accept-Language"] ?? ""), [:])
    }

    private func problem(_ locale: LocaleTag, _ error: any Error) -> HTTPResponse {
        log(.error, "page-failed", ["reason": "\(error)"])
        return page(503, .problem, locale, [:], [HTTPField(name: "Retry-After", value: "60")])
    }

    /// The first language of `Accept-Language` that the pages have.
    private func preferredLocale(_ header: String) -> LocaleTag {
        for part in header.split(separator: ",").prefix(20) {
            let tag = part.prefix { $0 != ";" }.filter { !$0.isWhitespace }
            guard let locale = (try? LocaleTag(tag))?.language, pages.locales.contains(locale) else {
                continue
            }
            return locale
        }
        return .english
    }

    private func page(
        _ status: Int, _ page: PageRenderer.Page, _ locale: LocaleTag, _ values: [String: TemplateValue],
        _ fields: [HTTPField] = []
    ) -> HTTPResponse {
        let rendered: PageRenderer.Rendered
        do {
            rendered = try pages.render(page, locale: locale, values)
        } catch {
            log(.error, "page-failed", ["reason": error.description])
            return Problem.unavailable(
                "this page cannot be shown at the moment; nothing was changed by opening it")
        }
        let policy = """
            default-src 'none'; style-src \(rendered.styleSource); form-action 'self'; frame-ancestors 'none'; \
            base-uri 'none'
            """
        return HTTPResponse(
            status: status,
            headers: fields + [
                HTTPField(name: "Content-Type", value: "text/html; charset=utf-8"),
                HTTPField(name: "Content-Security-Policy", value: policy),
                HTTPField(name: "X-Robots-Tag", value: "noindex"),
            ], body: rendered.html)
    }
}
