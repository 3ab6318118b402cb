// What the contract (section 4, "Outcome of an attempt, by phase") says of one hand-over. The simulator's own words, so that the
// product's classification is compared with them and not with itself.

import Delivery

enum Judgement: Equatable {
    /// A complete 2yz after the last byte.
    case accepted
    /// A complete 4yz to this message: it is tried again, and the try is its own.
    case deferred
    /// Nothing that was said of this message: tried again soon, and charged to the provider.
    case deferredByProvider
    /// A complete 5yz to this message.
    case rejected
    /// The same, and it says that the address does not exist: nothing more is sent there.
    case recipientRefused
    /// The last byte left, and no complete reply came.
    case unknown
    /// Somebody has to change a setting: the provider stops, the message waits.
    case configuration
    /// Taken back in the last instant, before its first byte.
    case withdrawn

    var outcome: Outcome {
        switch self {
        case .accepted: .accepted
        case .deferred, .deferredByProvider, .configuration, .withdrawn: .deferred
        case .rejected, .recipientRefused: .rejected
        case .unknown: .unknown
        }
    }

    /// Whether it uses up one of the message's own tries.
    var isCharged: Bool {
        switch self {
        case .deferred, .rejected, .recipientRefused, .unknown: true
        case .accepted, .deferredByProvider, .configuration, .withdrawn: false
        }
    }
}
