// `deliver --drain`: what is due is delivered by the same lane as in a serving gateway, then it ends.

import DispatchLoop
import OutboxStore
import Runtime

package enum Drain {
    package enum Result: Sendable, Equatable {
        case drained
        case timedOut
        case providerStopped(String)
    }

    /// Delivers until nothing is due, the limit is over, or the provider stops.
    package static func run(_ home: Home, _ store: OutboxStore, atMost limit: Duration, log: Log)
        throws(HomeError) -> Result
    {
        let provider = try Gateway.provider(of: home)
        let lane = Gateway.lane(provider, home, store, log)
        let isDrained = lane.waitUntilDrained(atMost: limit)
        lane.stop()
        if isDrained { return .drained }
        return lane.stopReason.map(Result.providerStopped) ?? .timedOut
    }
}
