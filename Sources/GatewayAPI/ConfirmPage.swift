// `GET /c/{token}` shows what the person would agree to and changes nothing (field.md 3.3: a scanner's click is no consent); `POST` with
// `confirm=yes` records `given` with the digest of exactly the notice that was shown. Confirming again writes nothing. A link that is over, or
// that an objection has come after, is 410 and still offers the way out: no old mail may end a block. A forged one is the usual 404.

import Composer
import Consent
import Crypto
import Domain
import HTTPServer
import OutboxStore
import Runtime
import TemplateEngine

struct ConfirmPage: Sendable {
    static let showing = Operation(
        "showConfirmPage", "What a double opt-in agrees to; it changes nothing.", scope: nil,
        answers: [200: .html], refusals: [410], isLimitedByAddress: true)
    static let acting = Operation(
        "confirm", "Records the consent that the page shows.", scope: nil, body: .form("ConfirmForm"),
        bodyLimit: 8 << 10, answers: [200: .html], refusals: [410])

    let store: OutboxStore
    let keys: KeyRing
    let page: PublicPage
    /// What a page that is over still offers.
    let unsubscribe: UnsubscribePage
    let clock: WallClock

    func show(_ call: Call, _ answer: @escaping Answer) {
        guard let token = token(call) else { return answer(page.notFound(call)) }
        guard let (notice, values) = open(token, answer) else { return }
        answer(asking(token, notice, values, call))
    }

    func act(_ call: Call, _ answer: @escaping Answer) {
        guard let token = token(call) else { return answer(page.notFound(call)) }
        guard let form = FormBody(call.request.body, contentType: call.request["Content-Type"]) else {
            return answer(unsubscribe.unclear(400, token.unsubscribe, action: preferences(token)))
        }
        guard form["confirm"] == "yes" else {
            return answer(unsubscribe.unclear(422, token.unsubscribe, action: preferences(token)))
        }
        guard let (notice, values) = open(token, answer) else { return }
        // The words or the dealership's file changed since the page was opened: nobody agreed to what is there now.
        if let shown = form["notice"], shown != notice.digestText {
            return answer(asking(token, notice, values, call))
        }
        let act = ConsentAct(
            references: token.unsubscribe.references, event: .given, scope: .purpose(token.purpose),
            channel: token.unsubscribe.channel, occurredAt: clock.now(), method: .page, actor: "contact",
            noticeDigest: notice.digest)
        let proof = ConsentProof(notice: notice)
        store.record(act, dealership: token.unsubscribe.dealership, proof: proof) { result in
            page.answer(result, token.unsubscribe.locale, answer) { confirmed(token, $0, values) }
        }
    }

    // MARK: Private

    private func token(_ call: Call) -> ConfirmToken? {
        ConfirmToken(call.values["token"] ?? "", keys: keys)
    }

    /// The notice of a link that is open, and the values of its page; nil when the answer was another page.
    private func open(_ token: ConfirmToken, _ answer: Answer) -> (Notice, [String: TemplateValue])? {
        let locale = token.unsubscribe.locale
        do {
            guard try isOpen(token) else {
                answer(expired(token))
                return nil
            }
            var values = try page.letterhead(token.unsubscribe.dealership)
            values["purposeName"] = .string(page.label(token.purpose, locale, orOther: false))
            values["channel"] = .string(
                page.word("channels", token.unsubscribe.channel.rawValue, locale: locale))
            values["preferences"] = .string(preferences(token))
            let notice = try page.notice(locale, values)
            values["notice"] = .string(notice.text)
            return (notice, values)
        } catch {
            answer(page.problem(locale, error))
            return nil
        }
    }

    /// Whether its time is not over, and nothing that it would have to end was said after the message was made.
    private func isOpen(_ token: ConfirmToken) throws(StoreError) -> Bool {
        guard !token.isExpired(at: clock.now()) else { return false }
        let link = token.unsubscribe
        let entries = try store.read { reader throws(StoreError) in
            try reader.ledgerEntries(dealership: link.dealership, contact: link.references.address)
        }
        let later = Standing(folding: entries).entries.filter { $0.id.moment > link.message.moment }
        return !later.contains { block in
            guard block.event.isBlock, !block.isEnded else { return block.event == .erased }
            return switch block.scope {
            case .purpose(let purpose): purpose == token.purpose
            case .marketing, .all: true
            case .channel: block.channel == link.channel
            }
        }
    }

    private func asking(
        _ token: ConfirmToken, _ notice: Notice, _ values: [String: TemplateValue], _ call: Call
    ) -> HTTPResponse {
        let form: [String: TemplateValue] = [
            "action": .string(call.values["token"] ?? ""), "noticeDigest": .string(notice.digestText),
        ]
        return page.response(200, .confirm, token.unsubscribe.locale, values.merging(form) { $1 })
    }

    private func confirmed(
        _ token: ConfirmToken, _ recorded: RecordedConsent, _ values: [String: TemplateValue]
    ) -> HTTPResponse {
        let entry = recorded.entry?.id.description ?? token.unsubscribe.message.description
        return page.response(
            200, .confirmed, token.unsubscribe.locale, values.merging(["reference": .string(entry)]) { $1 })
    }

    private func expired(_ token: ConfirmToken) -> HTTPResponse {
        let values = unsubscribe.form(token.unsubscribe, action: preferences(token))
        return page.response(
            410, .expired, token.unsubscribe.locale, values.merging(["isUndo": .bool(false)]) { $1 })
    }

    /// The message's own unsubscribe page, seen from `/c/`.
    private func preferences(_ token: ConfirmToken) -> String {
        "../u/" + token.unsubscribe.sealed(with: keys)
    }
}

extension Notice {
    fileprivate var digestText: String { Hexadecimal.text(of: digest) }
}
