// The running gateway: store, intake, route and the two listeners, started in this order and stopped in reverse. It promises that
// listening begins only when everything behind it works, that SIGTERM ends it without losing or doubting more than it must,
// and that a disk failing under the store ends the process at once, because only the next start can tell what stands.

import Composer
import Crypto
import Curl
import DispatchLoop
import Domain
import GatewayAPI
import Glibc
import HTTPServer
import OutboxStore
import Runtime

package final class Gateway {
    private let home: Home
    private let log: Log
    private let store: OutboxStore
    private let routes: DeliveryRoutes
    private let api: GatewayAPI
    private let retention: RetentionLoop
    private let webhooks: WebhookLoop
    private let erasures: ProviderErasureLoop
    /// Nil when the configuration names nobody to tell.
    private let alerts: AlertLoop?
    private let service: HTTPServer
    private let operations: HTTPServer
    /// Nil when the home's path is too long for a socket.
    private let commands: CommandSocket?

    /// Starts everything; throws a `HomeError`, `StoreError` or `HTTPServerError` and leaves nothing running.
    package init(_ home: Home, log: Log) throws {
        self.home = home
        self.log = log
        let configuration = home.configuration
        let library = try home.templateLibrary()
        let pages = try PageRenderer(library: library)
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
        let metrics = Metrics()
        let routes = Self.routes(home, store, metrics, log)
        self.routes = routes
        store.onChannelChange { routes.wakeAll() }
        let status = { @Sendable in
            routes.providers.map { channel, provider in
                ProviderStatus(
                    name: provider.name, channel: channel,
                    isCapture: configuration.routes[channel]?.contains(where: \.isCapture) ?? false,
                    stopReason: provider.stopReason, pausedUntil: provider.pausedUntil)
            }
        }
        api = GatewayAPI(
            store: store, intake: home.intake(store, library), keys: home.keys,
            purposes: configuration.purposes, publicURL: configuration.publicURL, pages: pages,
            library: library,
            pageLifetime: configuration.pageLifetime,
            countries: configuration.providerCountries, accounts: configuration.smsAccounts,
            providers: status, onAccept: { routes.wake($0) },
            limit: configuration.rateLimit, metrics: metrics, log: log)
        do {
            service = try Self.listen(configuration.listen, api.service, log)
        } catch {
            routes.stop()
            api.stop()
            store.close()
            throw error
        }
        do {
            operations = try Self.listen(configuration.opsListen, api.operations, log)
        } catch {
            service.stop(grace: .zero)
            routes.stop()
            api.stop()
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
        retention = RetentionLoop(configuration.retention, store, log)
        erasures = ProviderErasureLoop(store, accounts: configuration.smsAccounts, log: log)
        let alerts = Self.alerts(home, store, routes, log)
        self.alerts = alerts
        webhooks = WebhookLoop(
            posts, store, keys: home.keys, onDisabled: { alerts?.note(.webhookDisabled, $0) }, log: log)
        log(
            .info, "gateway-started",
            [
                "listen": .operational("\(configuration.listen.host):\(service.port)"),
                "opsListen": .operational("\(configuration.opsListen.host):\(operations.port)"),
                "providers": .operational(routes.providers.map(\.standing.name).joined(separator: ",")),
                "capture": .flag(configuration.isCapturing),
            ])
    }

    /// Serves until SIGTERM or SIGINT, then stops within the grace of the configuration.
    package func runUntilTerminated() {
        TerminationSignal.wait()
        log(.info, "gateway-stopping", ["grace": .operational("\(home.configuration.shutdownGrace)")])
        routes.stopClaiming()
        let deadline = ShutdownDeadline(
            home.configuration.shutdownGrace, exitStatus: 0, log, giveUp: { [routes] in routes.abandon() })
        api.windUpBatches()
        service.stop(grace: .seconds(5))
        operations.stop(grace: .zero)
        commands?.stop()
        retention.stop()
        webhooks.stop()
        erasures.stop()
        routes.stop()
        api.stop()
        alerts?.stop()
        store.close()
        deadline.cancel()
        log(.info, "gateway-stopped")
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
        _ home: Home, _ store: OutboxStore, _ metrics: Metrics, _ log: Log
    ) -> DeliveryRoutes {
        let configuration = home.configuration
        let recipients = configuration.recipients
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
                isRecipientAllowed: { recipients.allows(envelope: $0) }, metrics: metrics, log: log)
            return (channel, route)
        }
        return DeliveryRoutes(Dictionary(uniqueKeysWithValues: routes))
    }

    /// Who tells the operator of what lasts; nil when the configuration names nobody.
    private static func alerts(
        _ home: Home, _ store: OutboxStore, _ routes: DeliveryRoutes, _ log: Log
    ) -> AlertLoop? {
        home.configuration.alertURL.map { url in
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
    }

    /// What happens when the disk fails at a commit: whether it stands is not known, and going on would hide it.
    package static func endProcess(_ log: Log) -> @Sendable (StoreError) -> Void {
        { error in
            log(.error, "store-broken", ["reason": .error(error)])
            _exit(74)
        }
    }

    private static func listen(
        _ address: ListenAddress, _ router: Router, _ log: Log
    ) throws(HTTPServerError) -> HTTPServer {
        var configuration = HTTPServerConfiguration()
        configuration.address = address.host
        configuration.port = address.port
        return try HTTPServer(
            configuration: configuration, allowance: { router.allowance($0) },
            handler: { router.handle($0, $1) },
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
