// Which messages may be sent once more as new ones. Only those whose story is over: a resend of what may still leave would arrive twice,
// and nobody would know why.

import Domain

package enum Resend {
    /// The states that a resend is for.
    package static let states = MessageState.allCases.filter { obstacle(in: $0) == nil }

    /// Why a message in this state is not resent, and what to do instead; nil when it may be.
    package static func obstacle(in state: MessageState) -> String? {
        switch state {
        case .queued, .held: "it has not left yet; cancel it, and then resend it"
        case .sending: "it is just leaving; look again when it has ended"
        case .unknown: "it may have arrived; outbox resolve settles that, and then it can be resent"
        case .sent, .delivered, .bounced, .failed, .expired, .cancelled, .blocked: nil
        }
    }
}
