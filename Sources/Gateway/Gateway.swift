// The running gateway: store, intake, route and the two listeners, started in this order and stopped in reverse. It promises that
// listening begins only when everything behind it works, that SIGTERM ends it without losing or doubting more than it must, that SIGHUP takes
// a changed configuration and changed templates over whole or not at all (what waits and what is being sent is not touched),
// and that a disk failing under the store ends the process at once, because only the next start can tell what stands.

import Composer
import Crypto
import Curl
import DispatchLoop
import Domain
import GatewayAPI
import Glibc
import HTTPServer
import Intake
import OutboxStore
import Runtime

package final class Gateway {
    /// As it was at the start; what a reload cannot change is as it is here.
    private let home: Home
    private let log: Log
    private let manager = ServiceManager()
    private let metrics = Metrics()
    private let startedAt = WallClock.system.now()
    private let workers: RequestWorkers
    /// What counts now, for those who ask again and again.
    private let settings: Lock<Configuration>
    private let store: OutboxStore
    private let routes: DeliveryRoutes
    /// What answers the next request.
    private let api: Lock<GatewayAPI>
    private let retention: RetentionLoop
    private let webhooks: WebhookLoop
    private let erasures: ProviderErasureLoop
    private let alerts: AlertLoop
    private let service: HTTPServer
    private let operations: HTTPServer
    /// Nil when the home's path is too long for a socket.
    private let commands: CommandSocket?

    /// Starts everything; throws a `HomeError`, `StoreError` or `HTTPServerError` and leaves nothing running.
    package init(_ home: Home, log: Log) throws {
        self.home = home
        self.log = log
        let configuration = home.configuration
        let settings = Lock(configuration)
        self.settings = settings
        let texts = try home.texts()
        try Self.requireRoute(home)
        let webhookGuard = AddressGuard(allowsLoopback: configuration.allowsLoopbackWebhooks)
        guard let posts = HTTPCalls(guard: webhookGuard) else {
            throw HomeError(.configuration, "libcurl cannot be started: see its installation")
        }
        store = try home.openStore(onBroken: Self.endProcess(log))
        if store.interruptedCount > 0 {
            log(
                .warning, "messages-in-doubt",
                [
                    "count": .number(store.interruptedCount),
                    "remedy":
                        "each is tried once more in a while, unless relais outbox resolve settles it first",
                ])
        }
        if let reason = try Self.restoreFence(of: store) {
            log(
                .error, "restore-fence",
                ["reason": .operational(reason), "remedy": "nothing is sent until relais restore accept"])
        }
        workers = RequestWorkers()
        let routes = Self.routes(
            home, store, metrics, log, recipients: { settings.withLock { $0.recipients } })
        self.routes = routes
        store.onChannelChange { routes.wakeAll() }
        // For what changed over before somebody listened.
        routes.wakeAll()
        let api = Lock(
            Self.api(
                home, texts, store, routes, workers: workers, metrics: metrics, startedAt: startedAt, log))
        self.api = api
        do {
            service = try Self.listen(configuration.listen, configuration.trustedProxies, log) {
                api.withLock { $0.service }
            }
        } catch {
            routes.stop()
            workers.stop()
            store.close()
            throw error
        }
        do {
            operations = try Self.listen(configuration.opsListen, .none, log) {
                api.withLock { $0.operations }
            }
        } catch {
            service.stop(grace: .zero)
            routes.stop()
            workers.stop()
            store.close()
            throw error
        }
        do {
            commands = try CommandSocket(
                path: home.commandSocketPath, store: store, log: log,
                onCommand: { _ in routes.wakeAll() })
        } catch {
            commands = nil
            log(
                .warning, "no-command-socket",
                ["reason": .error(error), "remedy": "commands that write need the gateway stopped"])
        }
        retention = RetentionLoop({ settings.withLock { $0.retention } }, store, log)
        erasures = ProviderErasureLoop(store, accounts: configuration.smsAccounts, log: log)
        let alerts = Self.alerts(home, store, routes, log) { settings.withLock { $0.alertURL } }
        self.alerts = alerts
        webhooks = WebhookLoop(
            posts, store, keys: home.keys, onDisabled: { alerts.note(.webhookDisabled, $0) }, log: log)
        log(
            .info, "gateway-started",
            [
                "listen": .operational("\(configuration.listen.host):\(service.port)"),
                "opsListen": .operational("\(configuration.opsListen.host):\(operations.port)"),
                "providers": .operational(routes.providers.map(\.standing.name).joined(separator: ",")),
                "capture": .flag(configuration.isCapturing),
            ])
    }

    /// Serves until SIGTERM or SIGINT, then stops within the grace of the configuration; each SIGHUP reloads.
    package func runUntilTerminated() {
        manager.ready()
        while TerminationSignal.wait() == .hangup {
            manager.reloading()
            reload()
            manager.ready()
        }
        manager.stopping()
        let grace = settings.withLock { $0.shutdownGrace }
        log(.info, "gateway-stopping", ["grace": .operational("\(grace)")])
        routes.stopClaiming()
        let deadline = ShutdownDeadline(
            grace, exitStatus: 0, log, giveUp: { [routes] in routes.abandon() })
        workers.windUpBatches()
        service.stop(grace: .seconds(5))
        operations.stop(grace: .zero)
        commands?.stop()
        retention.stop()
        webhooks.stop()
        erasures.stop()
        routes.stop()
        workers.stop()
        alerts.stop()
        store.close()
        deadline.cancel()
        log(.info, "gateway-stopped")
    }

    /// Takes over what the files say now. Everything is read and checked before the first thing is changed; a request that has begun
    /// ends as it began.
    private func reload() {
        do {
            let now = try home.reloaded()
            let texts = try now.texts()
            let next = Self.api(
                now, texts, store, routes, workers: workers, metrics: metrics, startedAt: startedAt, log)
            settings.withLock { $0 = now.configuration }
            api.withLock { $0 = next }
            log.adopt(now.configuration.log)
            log(.info, "gateway-reloaded")
        } catch {
            log(
                .error, "reload-refused",
                [
                    "reason": .error(error),
                    "note": "the gateway goes on as it was; relais check shows what is wrong",
                ])
        }
    }

    /// Everything that answers requests, made of a home as it is now.
    private static func api(
        _ home: Home, _ texts: (library: TemplateLibrary, pages: PageRenderer), _ store: OutboxStore,
        _ routes: DeliveryRoutes, workers: RequestWorkers, metrics: Metrics, startedAt: Timestamp, _ log: Log
    ) -> GatewayAPI {
        let configuration = home.configuration
        let status = { @Sendable in
            routes.providers.map { channel, provider in
                ProviderStatus(
                    name: provider.name, channel: channel,
                    isCapture: configuration.routes[channel]?.contains(where: \.isCapture) ?? false,
                    stopReason: provider.stopReason, pausedUntil: provider.pausedUntil)
            }
        }
        return GatewayAPI(
            store: store, intake: home.intake(store, texts.library), keys: home.keys,
            purposes: configuration.purposes, publicURL: configuration.publicURL, pages: texts.pages,
            library: texts.library, pageLifetime: configuration.pageLifetime,
            countries: configuration.providerCountries, accounts: configuration.smsAccounts,
            providers: status, onAccept: { routes.wake($0) },
            limit: configuration.rateLimit, pagesPerSecond: configuration.pagesPerSecond,
            workers: workers, metrics: metrics, startedAt: startedAt, log: log
        )
    }

    static func restoreFence(of store: OutboxStore) throws(StoreError) -> String? {
        try store.read { reader throws(StoreError) in try reader.restoreFence() }
    }

    /// `serve` and `deliver` need something to deliver by.
    static func requireRoute(_ home: Home) throws(HomeError) {
        guard home.configuration.routes.isEmpty else { return }
        throw HomeError(
            .configuration,
            "\(home.path)/\(Home.configurationName): /routes/email: is required to serve and to deliver, or /routes/sms"
        )
    }

    static func routes(
        _ home: Home, _ store: OutboxStore, _ metrics: Metrics, _ log: Log,
        recipients: @escaping @Sendable () -> RecipientFilter
    ) -> DeliveryRoutes {
        let configuration = home.configuration
        let routes = configuration.routes.map { channel, providers in
            let route = DeliveryRoute(
                providers.map { provider in
                    RouteProvider(
                        provider.transport(
                            receiptURL: configuration.publicURL + "/hooks/"
                                + HookToken(provider: provider.name, keys: home.keys).path),
                        connections: provider.connections, rate: provider.rate)
                },
                channel: channel, store: store, policy: configuration.retry[channel],
                isRecipientAllowed: { recipients().allows(envelope: $0) }, metrics: metrics, log: log)
            return (channel, route)
        }
        return DeliveryRoutes(Dictionary(uniqueKeysWithValues: routes))
    }

    /// Who tells the operator of what lasts.
    private static func alerts(
        _ home: Home, _ store: OutboxStore, _ routes: DeliveryRoutes, _ log: Log,
        to url: @escaping @Sendable () -> WebLink?
    ) -> AlertLoop {
        AlertLoop(
            to: url, keys: home.keys,
            lasting: {
                [
                    .providerStopped: routes.providers.map(\.standing).filter { $0.stopReason != nil }
                        .map(\.name),
                    .diskBelowFloor: [store.newWorkRefusal?.description].compactMap(\.self),
                    .mirrorBehind: [store.mirrorDelay].compactMap(\.self),
                ]
            }, log: log)
    }

    /// What happens when the disk fails at a commit: whether it stands is not known, and going on would hide it.
    package static func endProcess(_ log: Log) -> @Sendable (StoreError) -> Void {
        { error in
            log(.error, "store-broken", ["reason": .error(error)])
            _exit(74)
        }
    }

    private static func listen(
        _ address: ListenAddress, _ proxies: TrustedProxies, _ log: Log,
        _ router: @escaping @Sendable () -> Router
    ) throws(HTTPServerError) -> HTTPServer {
        var configuration = HTTPServerConfiguration()
        configuration.address = address.host
        configuration.port = address.port
        configuration.trustedProxies = proxies
        return try HTTPServer(
            configuration: configuration, allowance: { router().allowance($0) },
            handler: { router().handle($0, $1) },
            onRefusal: { refused in
                log(
                    .debug, "request-refused",
                    [
                        "request": .request(refused.id), "status": .number(refused.status),
                        "reason": LogValue(stringLiteral: refused.reason),
                    ])
            })
    }
}
