// The routes of all channels, for whoever starts and stops delivery and does not care which channel it is.

import Domain
import Runtime

package struct DeliveryRoutes: Sendable {
    private let routes: [Channel: DeliveryRoute]

    package init(_ routes: [Channel: DeliveryRoute]) {
        self.routes = routes
    }

    private var all: [DeliveryRoute] { Channel.allCases.compactMap { routes[$0] } }

    /// A message was accepted for a channel; nil for one that nobody knows the channel of.
    package func wake(_ channel: Channel?) {
        guard let channel else { return wakeAll() }
        routes[channel]?.wake()
    }

    package func wakeAll() { for route in all { route.wakeAll() } }

    package func stopClaiming() { for route in all { route.stopClaiming() } }

    package func abandon() { for route in all { route.abandon() } }

    package func stop() {
        stopClaiming()
        for route in all { route.stop() }
    }

    /// Waits until nothing is due that a provider may take, or those that could are stopped; false when the time is over.
    package func waitUntilDrained(atMost limit: Duration) -> Bool {
        let end = ContinuousClock.now + limit
        func isDone(_ route: DeliveryRoute, within limit: Duration) -> Bool {
            route.waitUntilDrained(atMost: limit) || route.isStopped
        }
        // One may leave something for another, so in the end all of them have nothing at once.
        return all.allSatisfy { isDone($0, within: max(.zero, end - .now)) }
            && all.allSatisfy { isDone($0, within: .zero) }
    }

    package var isQuiet: Bool { all.allSatisfy(\.isQuiet) }

    /// Whether no provider of any channel can be used.
    package var isStopped: Bool { all.allSatisfy(\.isStopped) }

    /// How each provider is, channel by channel, in the order of its route.
    package var providers: [(channel: Channel, standing: ProviderStanding)] {
        Channel.allCases.flatMap { channel in
            (routes[channel]?.providers ?? []).map { (channel, $0) }
        }
    }
}
