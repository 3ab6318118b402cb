// What a provider's callbacks say, in the words of this gateway.

/// One thing that a callback says.
package enum HookEvent: Sendable, Equatable {
    /// How far a message came. One of the references is there: ours when the provider gives it back, else its own.
    case receipt(HookReceipt)
    /// Somebody wrote.
    case inbound(InboundText)
}

package struct HookReceipt: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable {
        /// On its way; nothing is decided.
        case progress
        case delivered
        case failed
        /// The number does not exist or takes no SMS.
        case bounced
    }

    /// `msg_…` as it came; whose it is remains to be looked up.
    package let messageReference: String?
    package let providerReference: String?
    package let state: State
    /// The provider's code, else its word for the state; at most 64 visible ASCII characters.
    package let status: String
    package let segments: Int?
}

package struct InboundText: Sendable, Equatable {
    /// With `+` where the provider sends bare digits of a whole number.
    package let from: String
    /// The number or short code that was written to, in the same form.
    package let to: String
    package let text: String
    package let providerReference: String?
}

/// A callback that may be believed.
package struct HookDelivery: Sendable, Equatable {
    /// In the provider's order; none when it says nothing that matters here.
    package let events: [HookEvent]
    /// Names this callback within its provider, for a replay cache; nil where it is not signed. To be remembered once its events are stored,
    /// for at least ten minutes.
    package let replayID: String?
}

/// Why a callback is not believed. The raw values are for logs and metrics; the sender learns no more than that it was refused.
package enum HookRefusal: String, Error, Sendable, CaseIterable {
    /// Not the method that the profile names.
    case method
    /// No signature, or not one of this kind.
    case unsigned
    /// A signature that does not fit: another key, or something was altered.
    case signature
    /// Signed too long ago, or in the future.
    case time
    /// Signed well, and not what the profile says it is.
    case malformed
}
