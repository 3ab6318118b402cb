// `deliver --drain`: what is due is delivered by the same routes as in a serving gateway, then it ends. SIGTERM and SIGINT end it as they
// end a gateway: what is in flight is waited for.

import DispatchLoop
import Domain
import OutboxStore
import Runtime

package enum Drain {
    /// How a drain ended.
    package struct Result: Sendable {
        package enum End: Sendable, Equatable {
            case drained
            /// Something is still due.
            case unfinished
            /// Something is still due that only a stopped provider may take.
            case stopped
            /// An older store was put back, and nobody has accepted that yet.
            case fenced(String)
        }

        package let end: End
        /// The providers that stopped: name and reason.
        package let stopped: [(name: String, reason: String)]
    }

    /// How often a signal is looked for.
    private static let slice = Duration.milliseconds(200)

    /// Delivers until nothing is due, the limit is over, a signal comes or every provider is stopped. What is in flight then may take
    /// `shutdownGrace` longer; what is not done by then is given up and settled.
    package static func run(
        _ home: Home, _ store: OutboxStore, atMost limit: Duration, log: Log
    ) throws -> Result {
        try Gateway.requireRoute(home)
        if let reason = try Gateway.restoreFence(of: store) {
            return Result(end: .fenced(reason), stopped: [])
        }
        // Before anything is tried: the limit is the whole command's.
        let end = ContinuousClock.now + limit
        let recipients = home.configuration.recipients
        let routes = Gateway.routes(home, store, Metrics(), log, recipients: { recipients })
        store.onChannelChange { routes.wakeAll() }
        // For what changed over before somebody listened.
        routes.wakeAll()
        var isDrained = false
        while !isDrained, !routes.isStopped, !TerminationSignal.isPending {
            let left = end - .now
            if left <= .zero { break }
            isDrained = routes.waitUntilDrained(atMost: min(left, slice))
            // What waits for a provider's rate has not looked whether anything is left.
            if !isDrained, routes.isQuiet { isDrained = try !isAnythingDue(in: store) }
        }
        let deadline = ShutdownDeadline(
            home.configuration.shutdownGrace, exitStatus: 75, log, giveUp: { routes.abandon() })
        routes.stop()
        deadline.cancel()
        let stopped = routes.providers.compactMap { _, provider in
            provider.stopReason.map { (name: provider.name, reason: $0) }
        }
        guard try isAnythingDue(in: store) else { return Result(end: .drained, stopped: stopped) }
        // What the others could have taken is gone: the rest waits for the one that stopped.
        let isStop = routes.isStopped || (isDrained && !stopped.isEmpty)
        return Result(end: isStop ? .stopped : .unfinished, stopped: stopped)
    }

    private static func isAnythingDue(in store: OutboxStore) throws(StoreError) -> Bool {
        let now = WallClock.system.now()
        return try store.read { reader throws(StoreError) in try reader.isAnythingDue(at: now) }
    }
}
