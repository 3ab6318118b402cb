// What a dealership can be told of. The words are the feed's, the webhooks' and the filters' alike; what happens to a provider is the
// operator's business and no event.

import Consent
import Domain

package enum EventType: String, Sendable, CaseIterable {
    case messageSent = "message.sent"
    case messageDelivered = "message.delivered"
    case messageBounced = "message.bounced"
    case messageFailed = "message.failed"
    case messageExpired = "message.expired"
    case messageBlocked = "message.blocked"
    case messageHeld = "message.held"
    case messageUnknown = "message.unknown"
    case messageCancelled = "message.cancelled"
    /// An essential message was blocked, and the dealership calls instead.
    case contactUnreachable = "contact.unreachable"
    case contactObjected = "contact.objected"
    case contactWithdrawn = "contact.withdrawn"
    case contactGiven = "contact.given"
    /// Somebody answered an SMS with words of their own; the event has them.
    case contactReplied = "contact.replied"
    /// Somebody took back on a page, or by START, what they had said there.
    case contactLifted = "contact.lifted"
    /// Nothing is sent to a webhook any more.
    case webhookDisabled = "webhook.disabled"

    /// The first message of a day that is beyond the dealership's quota is held.
    case dealershipQuotaReached = "dealership.quota-reached"

    /// That a message came into a state; nil for those that it passes through on its way.
    init?(_ state: MessageState) { self.init(rawValue: "message.\(state.rawValue)") }

    /// What a person said by their own act; nil for what the dealership or the gateway said.
    init?(_ entry: LedgerEntry) {
        guard entry.method.isOwnAct || entry.method == .oneClick || entry.method == .mailto else {
            return nil
        }
        self.init(rawValue: "contact.\(entry.event.rawValue)")
    }

    /// The state that a message came into; nil for what is not about a state.
    package var state: MessageState? {
        guard rawValue.hasPrefix("message.") else { return nil }
        return MessageState(rawValue: String(rawValue.dropFirst("message.".count)))
    }
}
