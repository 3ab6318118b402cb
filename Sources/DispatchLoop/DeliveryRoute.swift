// The providers of a channel in their order, each with a lane of its own: the next one only gets what is known not to have been
// accepted by the one before, or what that one cannot take now. It promises what its lanes promise, that a message in doubt stays
// with the provider it was handed to, and that one ill or stopped provider stops nobody else.

import Delivery
import Domain
import OutboxStore
import Runtime
import Transports

/// One provider as a route uses it.
package struct RouteProvider: Sendable {
    package let transport: any Transport
    package let connections: Int
    /// Nil: as fast as its connections are.
    package let rate: SendRate?

    package init(_ transport: any Transport, connections: Int, rate: SendRate? = nil) {
        self.transport = transport
        self.connections = connections
        self.rate = rate
    }
}

/// How a provider of a running route is.
package struct ProviderStanding: Sendable {
    package let name: String
    /// Why it is stopped until somebody corrects it, or nil.
    package let stopReason: String?
    /// Until when it is left alone after faults of its own, or nil.
    package let pausedUntil: Timestamp?
}

package final class DeliveryRoute: Sendable {
    private let names: [String]
    private let lanes: [Lane]
    private let state: Monitor<RouteState>
    private let clock: WallClock

    /// Starts every lane.
    ///
    /// - Parameter providers: at least one, in order, each name once.
    package init(
        _ providers: [RouteProvider], channel: Channel = .email, store: OutboxStore, policy: RetryTable,
        isRecipientAllowed: @escaping @Sendable (String) -> Bool, clock: WallClock = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }, metrics: Metrics = Metrics(),
        log: Log
    ) {
        precondition(!providers.isEmpty, "a route needs a provider")
        self.clock = clock
        let names = providers.map(\.transport.name)
        self.names = names
        let state = Monitor(
            RouteState(lanes: providers.map { LaneState(workerCount: $0.connections, rate: $0.rate) }))
        self.state = state
        lanes = providers.enumerated().map { position, provider in
            Lane(
                provider, position: position, route: names, state: state, channel: channel, store: store,
                policy: policy, isRecipientAllowed: isRecipientAllowed, clock: clock, random: random,
                metrics: metrics, log: log
            )
        }
    }

    /// A message was accepted: an idle connection looks for it.
    package func wake() { state.update { $0.wake() } }

    /// Many may have become due at once: every idle connection looks.
    package func wakeAll() { state.update { $0.expect(clock.now(), at: 0) } }

    /// Claims nothing any more; what is in flight goes on.
    package func stopClaiming() { state.update { $0.stop() } }

    /// Stops claiming, and ends what is in flight: not accepted if it was not fully sent, else `unknown`. It does not wait.
    package func abandon() {
        stopClaiming()
        for lane in lanes { lane.abandon() }
    }

    /// Stops claiming and waits for what is in flight.
    package func stop() {
        stopClaiming()
        for lane in lanes { lane.join() }
    }

    /// Waits until nothing is due that a provider may take; false when the time is over or every provider is stopped.
    package func waitUntilDrained(atMost limit: Duration) -> Bool {
        state.wait(atMost: limit) { state -> Bool? in
            state.isDrained(at: clock.now()) ? !state.isStopped : nil
        } ?? false
    }

    /// Whether nothing is open at any provider; a provider's rate may keep it from looking for more.
    package var isQuiet: Bool { state.wait { .some($0.isQuiet) } }

    /// Whether every provider is stopped.
    package var isStopped: Bool { state.wait { .some($0.isStopped) } }

    /// How each provider is, in order.
    package var providers: [ProviderStanding] {
        let lanes = state.wait { .some($0.lanes) }
        let now = clock.now()
        return zip(names, lanes).map { name, lane in
            ProviderStanding(
                name: name, stopReason: lane.stopReason,
                pausedUntil: lane.pausedUntil.flatMap { now < $0 ? $0 : nil })
        }
    }
}
