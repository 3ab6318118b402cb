// Which state may follow which: the one table of the contract, section 4. Everything else is refused (409 at the API).
// `Outbox/README.md` shows the same table to operators, and a test compares the two; the store checks every change against
// it. Some rows have no actor in this version yet; the README says which.

import Domain

package enum MessageTransition {
    /// The states that may follow `state`.
    package static func successors(of state: MessageState) -> Set<MessageState> {
        switch state {
        case .queued: [.sending, .held, .cancelled, .expired, .blocked]
        case .sending: [.sent, .queued, .failed, .unknown, .blocked, .expired]
        case .unknown: [.sending, .sent, .delivered, .bounced, .queued, .failed, .held, .cancelled]
        case .held: [.queued, .cancelled, .expired, .unknown]
        case .sent: [.delivered, .bounced, .failed]
        case .delivered: [.bounced]
        case .failed: [.queued, .delivered, .bounced]
        case .expired, .cancelled, .blocked: [.queued]
        case .bounced: []
        }
    }

    package static func isAllowed(from state: MessageState, to next: MessageState) -> Bool {
        successors(of: state).contains(next)
    }
}

/// How an operator settles a message in `unknown` (`outbox resolve`).
package enum Resolution: String, Codable, Sendable, CaseIterable {
    case accepted
    case rejected
    case retry

    package var state: MessageState {
        switch self {
        case .accepted: .sent
        case .rejected: .failed
        case .retry: .queued
        }
    }
}
