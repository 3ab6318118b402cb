// Sends the dealerships' events to their webhooks while the gateway serves, on a thread and connections of its own, so that no receiver ever slows a
// message. It promises that a delivery is sent until it has arrived, was given up or its webhook is disabled; under the same id each
// time, because an answer may be lost and a process may end; and that nothing but a public address is ever connected to. While the store
// cannot be asked nothing is sent. What is under way at a stop is sent again at the next start.

import Crypto
import Curl
import Delivery
import Domain
import OutboxStore
import Runtime

final class WebhookLoop: Sendable {
    /// Requests under way at once.
    private static let breadth = 64
    /// Nothing is waited for longer: the machine's clock may be set.
    private static let longestWait = Duration.seconds(60)
    /// How long a store that failed is left alone.
    private static let storeRetryDelay = Duration.seconds(1)

    private let posts: HTTPCalls
    private let isStopping = Monitor(false)
    private let store: OutboxStore
    private let keys: KeyRing
    private let clock: WallClock
    private let random: @Sendable () -> Double
    private let onDisabled: @Sendable (String) -> Void
    private let log: Log
    private let thread = Lock<NamedThread?>(nil)

    /// - Parameters:
    ///   - posts: driven by this loop alone from here on.
    ///   - onDisabled: told the name of each webhook that nothing is sent to any more; it must not wait.
    init(
        _ posts: HTTPCalls, _ store: OutboxStore, keys: KeyRing, clock: WallClock = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        onDisabled: @escaping @Sendable (String) -> Void = { _ in }, log: Log
    ) {
        self.posts = posts
        self.store = store
        self.keys = keys
        self.clock = clock
        self.random = random
        self.onDisabled = onDisabled
        self.log = log
        store.onWebhook { posts.wake() }
        thread.withLock { $0 = NamedThread("webhooks") { [self] in run() } }
    }

    /// Looks at once for what is due: the clock may have moved.
    func wake() { posts.wake() }

    /// Ends the thread; what is under way is broken off.
    func stop() {
        isStopping.update { $0 = true }
        posts.wake()
        thread.withLock { $0 }?.join()
    }

    private func run() {
        var underWay: [Int64: WebhookDelivery] = [:]
        // What could not be written down yet: its deliveries count as under way, or each would be sent again at once.
        var ends: [WebhookEnd] = []
        while !isStopping.withLock({ $0 }) {
            do throws(StoreError) {
                if !ends.isEmpty {
                    tell(of: try store.settle(ends))
                    for end in ends { underWay[end.delivery.seq] = nil }
                    ends = []
                }
                let now = clock.now()
                let (due, next) = try store.read { reader throws(StoreError) in
                    (try reader.dueWebhooks(at: now), try reader.nextWebhook(after: now))
                }
                for delivery in due where underWay[delivery.seq] == nil && underWay.count < Self.breadth {
                    underWay[delivery.seq] = delivery
                    posts.start(post(delivery, at: now), tag: delivery.seq)
                }
                let limit = next.map { max(.zero, $0 - now) } ?? Self.longestWait
                let ended = posts.wait(atMost: min(limit, Self.longestWait))
                ends = ended.compactMap { tag, end in underWay[tag].map { settled($0, end) } }
            } catch {
                log(.error, "store-failed", ["thread": "webhooks", "reason": .error(error)])
                _ = isStopping.wait(atMost: Self.storeRetryDelay) { $0 ? true : nil }
            }
        }
    }

    private func post(_ delivery: WebhookDelivery, at now: Timestamp) -> HTTPCall {
        let event = delivery.event
        let body = delivery.body
        let secrets = keys.webhookSecrets(dealership: event.dealership, webhook: delivery.webhook)
        return HTTPCall.signed(url: delivery.url, id: event.id, at: now, body, by: secrets)
    }

    private func settled(_ delivery: WebhookDelivery, _ end: HTTPCallEnd) -> WebhookEnd {
        let settlement = WebhookSettlement.decide(
            status: end.status, retryAfter: end.retryAfter, tries: delivery.tries + 1, now: clock.now(),
            random: random())
        if settlement != .delivered {
            log(
                .warning, settlement == .givenUp ? "webhook-given-up" : "webhook-failed",
                [
                    "webhook": .operational("\(delivery.event.dealership)/\(delivery.webhook)"),
                    "id": .operational(delivery.event.id), "status": .operational(end.word),
                    "try": .number(delivery.tries + 1),
                ])
        }
        return WebhookEnd(delivery, settlement, status: end.word)
    }

    private func tell(of disabled: [(end: WebhookEnd, reason: String)]) {
        for (end, reason) in disabled {
            let name = "\(end.delivery.event.dealership)/\(end.delivery.webhook)"
            log(
                .error, "webhook-disabled",
                [
                    "webhook": .operational(name), "reason": .operational(reason),
                    "remedy": "relais webhook enable, or put the dealership again",
                ])
            onDisabled(name)
        }
    }
}

extension HTTPCallEnd {
    var status: Int? { if case .answered(let status, _) = self { status } else { nil } }

    var retryAfter: Duration? { if case .answered(_, let duration) = self { duration } else { nil } }

    /// The status, or the word for none.
    var word: String {
        switch self {
        case .answered(let status, _): "\(status)"
        case .failed(let word): word
        }
    }
}

extension HTTPCall {
    /// A request by Standard Webhooks, with a signature of each secret.
    static func signed(
        url: String, id: String, at moment: Timestamp, _ body: [UInt8], by secrets: [WebhookSecret]
    ) -> HTTPCall {
        HTTPCall(
            url: url,
            fields: [
                ("Content-Type", "application/json"), ("webhook-id", id),
                ("webhook-timestamp", "\(moment.milliseconds / 1000)"),
                (
                    "webhook-signature",
                    secrets.map { $0.signature(id: id, at: moment, body) }.joined(separator: " ")
                ),
            ], body: body)
    }
}
