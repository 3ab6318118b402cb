// The two listeners' routes: the service API and the public pages on one, health on the other. This is the whole table; a request
// that is not in it does not exist.

import Composer
import Crypto
import Domain
import HTTPServer
import Intake
import OutboxStore
import Providers
import Runtime

package struct GatewayAPI: Sendable {
    /// `listen`: `/v1`, `/u`, `/c`, `/m` and `/hooks`.
    package let service: Router
    /// `opsListen`: `/healthz`, `/readyz` and `/metrics`.
    package let operations: Router

    package init(
        store: OutboxStore, intake: Intake, keys: KeyRing, purposes: PurposeTable, publicURL: String,
        pages: PageRenderer, library: TemplateLibrary, pageLifetime: RetentionTerm,
        countries: [String: String], accounts: [String: ProviderAccount] = [:],
        providers: @escaping @Sendable () -> [ProviderStatus],
        onAccept: @escaping @Sendable (Channel?) -> Void,
        limit: RateLimit = .standard, pagesPerSecond: Int = RateLimit.standardPagesPerSecond,
        workers: RequestWorkers, metrics: Metrics = Metrics(),
        startedAt: Timestamp, clock: WallClock = .system, log: Log
    ) {
        let (work, publicWork) = (workers.work, workers.publicWork)
        let authentication = Authentication(store: store, clock: clock, log: log)
        let limiter = RateLimiter<APIKeyID>(limit, clock: clock)
        let visitors = RateLimiter<IPAddress>(RateLimit(pagesPerSecond: pagesPerSecond), clock: clock)
        let create = CreateMessage(intake: intake, onAccept: onAccept, log: log)
        let createMany = CreateMessages(
            intake: intake, work: workers.batchWork, isWindingUp: workers.isWindingUp, onAccept: onAccept,
            log: log)
        let preview = PreviewMessage(intake: intake, log: log)
        let templates = ShowTemplates(library: library)
        let list = ListMessages(store: store, log: log)
        let show = ShowMessage(store: store, log: log)
        let act = ActOnMessage(store: store, onChange: { onAccept(nil) }, log: log)
        let consents = Consents(
            store: store, keys: keys, purposes: purposes, publicURL: publicURL, work: work, clock: clock,
            log: log)
        let explain = ExplainMessage(store: store, log: log)
        let events = ShowEvents(store: store, log: log)
        let page = PublicPage(store: store, renderer: pages, work: publicWork, log: log)
        let unsubscribe = UnsubscribePage(store: store, keys: keys, page: page, clock: clock)
        let confirm = ConfirmPage(
            store: store, keys: keys, page: page, unsubscribe: unsubscribe, clock: clock)
        let media = MediaPage(
            store: store, keys: keys, page: page, unsubscribe: unsubscribe, lifetime: pageLifetime,
            clock: clock)
        let rights = ContactRights(store: store, keys: keys, countries: countries, clock: clock, log: log)
        let showMetrics = ShowMetrics(
            store: store, metrics: metrics, providers: providers, clock: clock, startedAt: startedAt)
        let dealerships = Dealerships(store: store, log: log)
        let health = Health(store: store, providers: providers)
        let hooks = ProviderHooks(
            store: store, accounts: accounts, keys: keys, publicURL: publicURL,
            correspondents: Correspondents(store: store, keys: keys),
            introduction: Introduction(intake: intake, onAccept: onAccept, clock: clock, log: log),
            work: publicWork, metrics: metrics, clock: clock, log: log)
        let routes = [
            Route("POST", "/v1/messages", CreateMessage.operation, create.handle),
            Route("POST", "/v1/messages/batch", CreateMessages.operation, createMany.handle),
            Route("POST", "/v1/messages/preview", PreviewMessage.operation, preview.handle),
            Route("GET", "/v1/messages", ListMessages.operation, list.handle),
            Route("GET", "/v1/messages/{id}", ShowMessage.operation, show.handle),
            Route("GET", "/v1/messages/{id}/explain", ExplainMessage.operation, explain.handle),
            Route("POST", "/v1/messages/{id}/cancel", ActOnMessage.cancelling, act.cancel),
            Route("POST", "/v1/messages/{id}/retry", ActOnMessage.retrying, act.retry),
            Route("POST", "/v1/messages/{id}/resolve", ActOnMessage.resolving, act.resolve),
            Route("POST", "/v1/messages/{id}/revoke", ActOnMessage.revoking, act.revoke),
            Route("POST", "/v1/contacts/export", ContactRights.exporting, rights.export),
            Route("POST", "/v1/contacts/rectify", ContactRights.rectifying, rights.rectify),
            Route("POST", "/v1/contacts/erase", ContactRights.erasing, rights.erase),
            Route("POST", "/v1/consents", Consents.recording, consents.record),
            Route("POST", "/v1/consents/query", Consents.querying, consents.query),
            Route("GET", "/v1/dealerships/{id}", Dealerships.showing, dealerships.show),
            Route("PUT", "/v1/dealerships/{id}", Dealerships.putting, dealerships.put),
            Route("DELETE", "/v1/dealerships/{id}", Dealerships.removing, dealerships.remove),
            Route("GET", "/v1/templates", ShowTemplates.listing, templates.list),
            Route("GET", "/v1/templates/{name}", ShowTemplates.showing, templates.show),
            Route("GET", "/v1/events", ShowEvents.operation, events.handle),
            Route("GET", "/u/{token}", UnsubscribePage.showing, unsubscribe.show),
            Route("POST", "/u/{token}", UnsubscribePage.acting, unsubscribe.act),
            Route("GET", "/c/{token}", ConfirmPage.showing, confirm.show),
            Route("POST", "/c/{token}", ConfirmPage.acting, confirm.act),
            Route("GET", "/m/{token}", MediaPage.operation, media.show),
            Route("GET", "/hooks/{provider}/{token}", ProviderHooks.getting, hooks.handle),
            Route("POST", "/hooks/{provider}/{token}", ProviderHooks.posting, hooks.handle),
        ]
        let document = OpenAPIDocument(routes, publicURL: publicURL)
        service = Router(
            routes: routes + [Route("GET", "/openapi.json", OpenAPIDocument.operation, document.show)],
            authentication: authentication, limiter: limiter, visitors: visitors, work: work,
            publicWork: publicWork, page: page,
            metrics: metrics, log: log,
            isPublicURLSecure: publicURL.hasPrefix("https://"))
        operations = Router(
            routes: [
                Route("GET", "/healthz", Health.living, health.live),
                Route("GET", "/readyz", Health.readying, health.ready),
                Route("GET", "/metrics", ShowMetrics.operation, showMetrics.handle),
            ], authentication: authentication, limiter: limiter, visitors: visitors,
            work: workers.operationsWork,
            publicWork: workers.operationsWork, metrics: metrics, log: log,
            isPublicURLSecure: false)
    }
}
