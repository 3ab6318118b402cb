// `deliver --drain`: what is due is delivered by the same lane as in a serving gateway, then it ends. SIGTERM and SIGINT end it as they end
// a gateway: what is in flight is waited for.

import DispatchLoop
import Domain
import OutboxStore
import Runtime

package enum Drain {
    package enum Result: Sendable, Equatable {
        case drained
        /// Something is still due.
        case unfinished
        case providerStopped(String)
        /// An older store was put back, and nobody has accepted that yet.
        case fenced(String)
    }

    /// How often a signal is looked for.
    private static let slice = Duration.milliseconds(200)

    /// Delivers until nothing is due, the limit is over, a signal comes or the provider stops. What is in flight then may take
    /// `shutdownGrace` longer; after that the process ends with 75.
    package static func run(
        _ home: Home, _ store: OutboxStore, atMost limit: Duration, log: Log
    ) throws -> Result {
        let provider = try Gateway.provider(of: home)
        if let reason = try Gateway.restoreFence(of: store) { return .fenced(reason) }
        let lane = Gateway.lane(provider, home, store, log)
        let end = ContinuousClock.now + limit
        while !TerminationSignal.isPending, lane.stopReason == nil {
            let left = end - .now
            if left <= .zero || lane.waitUntilDrained(atMost: min(left, slice)) { break }
        }
        let deadline = ShutdownDeadline(home.configuration.shutdownGrace, exitStatus: 75, log)
        lane.stop()
        deadline.cancel()
        if let reason = lane.stopReason { return .providerStopped(reason) }
        let now = WallClock.system.now()
        let isAnythingDue = try store.read { reader throws(StoreError) in try reader.isAnythingDue(at: now) }
        return isAnythingDue ? .unfinished : .drained
    }
}
