// `GET /u/{token}` shows what can be stopped and changes nothing; `POST` acts at once: one click by RFC 8058 without a page, or
// the page's own form. A token only adds blocks, and the page after an act takes back exactly what that act wrote, for a day. A forged
// token gets the same 404 as an unknown one; a form that says nothing of this link gets 422 and the choices anew; a store that cannot
// write gets 503 and a page that says that nothing was changed.

import Composer
import Consent
import Crypto
import Domain
import HTTPServer
import OutboxStore
import Runtime
import TemplateEngine

struct UnsubscribePage: Sendable {
    static let showing = Operation(
        "showUnsubscribePage", "The unsubscribe and preference page; it changes nothing.", scope: nil,
        answers: [200: .html], isLimitedByAddress: true)
    static let acting = Operation(
        "unsubscribe", "Unsubscribes at once: one click by RFC 8058, or the page's own form.", scope: nil,
        body: .form("UnsubscribeForm"), bodyLimit: 8 << 10, answers: [200: .htmlOrText])

    let store: OutboxStore
    let keys: KeyRing
    let page: PublicPage
    let clock: WallClock

    func show(_ call: Call, _ answer: @escaping Answer) {
        guard let token = token(call) else { return answer(page.notFound(call)) }
        answer(
            page.response(200, .unsubscribe, token.locale, form(token, action: call.values["token"] ?? "")))
    }

    func act(_ call: Call, _ answer: @escaping Answer) {
        guard let token = token(call) else { return answer(page.notFound(call)) }
        guard let form = FormBody(call.request.body, contentType: call.request["Content-Type"]) else {
            return answer(unclear(400, token, action: call.values["token"] ?? ""))
        }
        let link = call.values["token"] ?? ""
        if form["List-Unsubscribe"] == "One-Click" {
            let usual = UnsubscribeChoice.stop(.ofOneClick(purpose: token.purpose, class: token.class))
            store.record(usual.act(token, .oneClick, at: clock.now()), dealership: token.dealership) {
                result in
                if case .success = result { return answer(Self.oneClickAnswer) }
                page.answer(result, token.locale, answer) { _ in Self.oneClickAnswer }
            }
        } else if let choice = UnsubscribeChoice.offered(token).first(where: { $0.value == form["scope"] }) {
            let act = choice.act(token, .page, at: clock.now())
            store.record(act, dealership: token.dealership) { result in
                page.answer(result, token.locale, answer) { done(token, choice, act, link, $0) }
            }
        } else if let undo = form["undo"].flatMap({ UndoToken($0, keys: keys) }),
            undo.message == token.message
        {
            take(back: undo, token, link, answer)
        } else {
            answer(unclear(422, token, action: link))
        }
    }

    /// For the person who reads it: nothing was changed, and what can be stopped is offered.
    ///
    /// - Parameter status: 400 for a body that is no form, 422 for a form that says nothing of this link.
    func unclear(_ status: Int, _ token: UnsubscribeToken, action: String) -> HTTPResponse {
        page.response(status, .unclear, token.locale, form(token, action: action))
    }

    /// The values of the form of choices, which stands on other pages too.
    ///
    /// - Parameter action: relative to the page, so that it also fits behind a proxy that adds a path.
    func form(_ token: UnsubscribeToken, action: String) -> [String: TemplateValue] {
        let usual = Scope.ofOneClick(purpose: token.purpose, class: token.class)
        let choices = UnsubscribeChoice.offered(token).map { choice -> TemplateValue in
            var members: [String: TemplateValue] = [
                "value": .string(choice.value), "label": .string(label(choice, token)),
                "checked": .bool(choice == .stop(usual)),
            ]
            if choice == .notMe { members["hint"] = .string(page.word("notMeHint", locale: token.locale)) }
            return .object(members)
        }
        return head(token).merging([
            "action": .string(action), "choices": .list(choices), "isSafety": .bool(token.class == .safety),
        ]) { $1 }
    }

    // MARK: Private

    private static let oneClickAnswer = HTTPResponse(
        status: 200, headers: [HTTPField(name: "Content-Type", value: "text/plain; charset=utf-8")],
        body: Array("unsubscribed\n".utf8))

    private func token(_ call: Call) -> UnsubscribeToken? {
        UnsubscribeToken(call.values["token"] ?? "", keys: keys)
    }

    private func done(
        _ token: UnsubscribeToken, _ choice: UnsubscribeChoice, _ act: ConsentAct, _ link: String,
        _ recorded: RecordedConsent
    ) -> HTTPResponse {
        var values = head(token)
        values["reference"] = .string(recorded.entry?.id.description ?? token.message.description)
        guard case .stop = choice else { return page.response(200, .misdirected, token.locale, values) }
        values["scopeLabel"] = .string(label(choice, token))
        values["action"] = .string(link)
        if !recorded.added.isEmpty, !recorded.added.contains(where: act.isRepeated) {
            let undo = UndoToken(entries: recorded.added.map(\.id), message: token.message)
            values["undo"] = .string(undo.sealed(with: keys))
        }
        return page.response(200, .unsubscribed, token.locale, values)
    }

    private func take(
        back undo: UndoToken, _ token: UnsubscribeToken, _ link: String, _ answer: @escaping Answer
    ) {
        store.undo(undo.entries, dealership: token.dealership) { result in
            switch result {
            // Its time is over, or an older store was put back that does not have what it would lift.
            case .failure(.conflict), .failure(.notFound):
                return page.answer(answer) {
                    let values = form(token, action: link).merging(["isUndo": .bool(true)]) { $1 }
                    return page.response(410, .expired, token.locale, values)
                }
            default: break
            }
            page.answer(result, token.locale, answer) { recorded in
                undone(undo, token, recorded)
            }
        }
    }

    /// What no longer counts, and what still stops what this link's page offers: "undone" must never be a lie.
    private func undone(
        _ undo: UndoToken, _ token: UnsubscribeToken, _ recorded: RecordedConsent
    ) -> HTTPResponse {
        let now = clock.now()
        let blocks: [StandingEntry]
        do {
            blocks = try store.read { reader throws(StoreError) in
                try reader.consents(of: token.references, dealership: token.dealership, at: now)
            }.standing.filter(\.event.isBlock)
        } catch {
            return page.problem(token.locale, error)
        }
        let stopped = UnsubscribeChoice.offered(token).filter { choice in
            blocks.contains { choice.isStopped(by: $0, token, at: now) }
        }
        let isUndone = recorded.added.first.map { !stopped.contains(.stop($0.scope)) } ?? stopped.isEmpty
        let standing = blocks.first { block in stopped.contains { $0.isStopped(by: block, token, at: now) } }
        let entry = recorded.added.first?.id ?? standing?.id ?? undo.entries.first
        let values: [String: TemplateValue] = [
            "reference": .string(entry?.description ?? token.message.description),
            "isUndone": .bool(isUndone), "isAnyStopped": .bool(!stopped.isEmpty),
            "stopped": .list(stopped.map { .string(label($0, token)) }),
        ]
        return page.response(200, .undone, token.locale, head(token).merging(values) { $1 })
    }

    /// Who writes, and what about: above every page of a link.
    private func head(_ token: UnsubscribeToken) -> [String: TemplateValue] {
        var head = page.letterheadOrName(token.dealership)
        head["purposeName"] = .string(page.label(token.purpose, token.locale, orOther: true))
        return head
    }

    private func label(_ choice: UnsubscribeChoice, _ token: UnsubscribeToken) -> String {
        switch choice {
        case .stop(.purpose(let purpose)): page.label(purpose, token.locale, orOther: true)
        case .stop(.channel): page.word("scopes", token.channel.rawValue, locale: token.locale)
        case .stop(let scope): page.word("scopes", scope.description, locale: token.locale)
        case .notMe: page.word("notMe", locale: token.locale)
        }
    }
}
