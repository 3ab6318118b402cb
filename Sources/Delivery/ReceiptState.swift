// What a provider says later of a message that it took, and what that makes of the message. Receipts come twice, in any order, before the
// answer, or never; so they are folded by rank (contract, section 4): bounced > delivered > failed > sent. The same receipts in
// any order lead to the same state.

import Domain

/// What a receipt says, from the lowest rank to the highest.
package enum ReceiptState: String, Codable, Sendable, CaseIterable {
    /// The provider has taken it up, and nobody knows more.
    case sent
    /// It did not arrive and will not.
    case failed
    case delivered
    /// The address is dead.
    case bounced

    package enum Effect: Sendable, Equatable {
        case moves(MessageState)
        /// The attempt that it is about has not ended yet: it is kept until then.
        case waits
        /// The message waits to be sent once more although it was: a person looks at it before it is.
        case holds
        /// It was known, or says less than what is known.
        case changesNothing
    }

    /// What it makes of a message in a state.
    package func effect(on state: MessageState) -> Effect {
        switch state {
        case .sending: .waits
        case .unknown: .moves(self.state)
        case .queued: self == .sent || self == .delivered ? .holds : .changesNothing
        case .sent where self != .sent: .moves(self.state)
        case .failed where self == .delivered || self == .bounced: .moves(self.state)
        case .delivered where self == .bounced: .moves(self.state)
        // What is held may be in doubt: it is folded when somebody lets it go on.
        case .held: .waits
        case .sent, .failed, .delivered, .bounced, .expired, .cancelled, .blocked: .changesNothing
        }
    }

    private var state: MessageState {
        switch self {
        case .sent: .sent
        case .failed: .failed
        case .delivered: .delivered
        case .bounced: .bounced
        }
    }
}
