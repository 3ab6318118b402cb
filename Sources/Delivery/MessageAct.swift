// What a person or a service does to a message, and from which states (contract, section 4). Pure; the gate and the content are asked
// beside it, where the act is written.

import Domain

package enum MessageAct: String, Codable, Sendable, CaseIterable {
    case retry
    case cancel
    case hold
    case release

    /// The states that the act is for.
    package var states: [MessageState] {
        switch self {
        case .retry: [.failed, .expired, .cancelled, .blocked]
        case .cancel: [.queued, .held]
        case .hold: [.queued]
        case .release: [.held]
        }
    }

    /// What a message becomes, or nil when its state forbids the act. What was in doubt when it was held is so again.
    package func result(from state: MessageState, isInDoubt: Bool) -> MessageState? {
        guard states.contains(state) else { return nil }
        switch self {
        case .retry: return .queued
        case .cancel: return isInDoubt ? nil : .cancelled
        case .hold: return .held
        case .release: return isInDoubt ? .unknown : .queued
        }
    }
}
