// How urgent a message is. The order is an ageing one: a message waits behind those of a higher priority that come within its
// handicap after it, and never longer, so that bulk is late but not starved.

package enum Priority: String, Codable, Sendable, CaseIterable {
    case urgent
    case normal
    case bulk

    /// How much later than it became due a message stands in the line.
    package var handicap: Duration {
        switch self {
        case .urgent: .zero
        case .normal: .seconds(60)
        case .bulk: .seconds(15 * 60)
        }
    }
}
