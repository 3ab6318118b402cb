// `GET /m/{token}`: a message as a web page, composed when somebody looks. Whether it ended by its term, by an erasure or because it was
// taken back, it is 410 and still offers the way out; a forged link is the usual 404. Looking changes nothing but the count of openings,
// which nobody waits for and which may be lost.

import Composer
import Crypto
import Domain
import HTTPServer
import Intake
import OutboxStore
import Runtime
import TemplateEngine

struct MediaPage: Sendable {
    static let operation = Operation(
        "showMessagePage", "The message as a web page: photos, videos, quote.", scope: nil,
        answers: [200: .html], refusals: [410], isLimitedByAddress: true)

    let store: OutboxStore
    let keys: KeyRing
    let page: PublicPage
    /// What a page that is over still offers.
    let unsubscribe: UnsubscribePage
    /// How long a page is there after its message was to begin.
    let lifetime: RetentionTerm
    let clock: WallClock

    func show(_ call: Call, _ answer: @escaping Answer) {
        let token = call.values["token"] ?? ""
        let long = PageToken(token, keys: keys)?.unsubscribe
        let short = ShortPageToken(token, keys: keys)
        guard let message = long?.message ?? short?.message, let locale = long?.locale ?? short?.locale else {
            return answer(page.notFound(call))
        }
        let now = clock.now()
        let stored: StoredPage?
        do {
            stored = try store.read { reader throws(StoreError) in try reader.page(message) }
        } catch {
            return answer(page.problem(locale, error))
        }
        guard let link = long ?? stored.flatMap({ self.link($0, message, locale) }) else {
            return answer(stored.map { gone($0, locale) } ?? page.notFound(call))
        }
        guard let stored, stored.dealership == link.dealership, let request = stored.request,
            !stored.isRevoked, lifetime.cutoff(at: now) <= stored.startsAt
        else { return answer(gone(link)) }
        let response = response(link, request)
        if response.status == 200, stored.isOpeningCounted(at: now), Opening.isByPerson(call.request) {
            store.countOpening(link.message)
        }
        answer(response)
    }

    // MARK: Private

    /// What a short link leaves to the store; nil once the person was erased.
    private func link(_ stored: StoredPage, _ message: MessageID, _ locale: LocaleTag) -> UnsubscribeToken? {
        stored.references.map { references in
            UnsubscribeToken(
                dealership: stored.dealership, references: references, purpose: stored.purpose,
                class: stored.class, channel: stored.channel, locale: locale, message: message)
        }
    }

    /// Nobody is known any more who could be unsubscribed.
    private func gone(_ stored: StoredPage, _ locale: LocaleTag) -> HTTPResponse {
        var values = page.letterheadOrName(stored.dealership)
        values["purposeName"] = .string(page.label(stored.purpose, locale, orOther: true))
        return page.response(410, .gone, locale, values)
    }

    private func response(_ link: UnsubscribeToken, _ text: String) -> HTTPResponse {
        do throws(IntakeError) {
            let dealership = try page.record(of: link.dealership)
            let request = try AcceptedRequest.read(
                text, from: dealership, acceptedAt: link.message.moment)
            return page.message(request, from: dealership, link, preferences: preferences(link))
        } catch .store(.notFound) {
            // Its dealership has left, or an older store does not know it yet.
            return gone(link)
        } catch {
            return page.problem(link.locale, error)
        }
    }

    private func gone(_ link: UnsubscribeToken) -> HTTPResponse {
        page.response(410, .gone, link.locale, unsubscribe.form(link, action: preferences(link)))
    }

    /// The message's own unsubscribe page, seen from `/m/`.
    private func preferences(_ link: UnsubscribeToken) -> String {
        "../u/" + link.sealed(with: keys)
    }
}
