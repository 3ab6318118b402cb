// What a provider's HTTP answer says of one message, and what of it may be kept.

import Delivery

package struct ProviderAnswer: Sendable, Equatable {
    package let verdict: Verdict
    /// The provider's own id of the message, at most 128 visible ASCII characters.
    package let providerReference: String?
    /// How many parts the provider counted.
    package let segments: Int?
    /// The provider's words on one line, without the recipient's number; nil when it had none that may be stored.
    package let reply: String?
}
