// What a provider says later of a message that it took, as the hook that heard it hands it on.

import Delivery
import Domain

package struct ProviderReceipt: Codable, Sendable {
    /// The provider's name in the configuration.
    package var provider: String
    /// Ours, where the provider gives it back.
    package var message: MessageID?
    /// The provider's own name of the message.
    package var reference: String?
    package var state: ReceiptState
    /// The provider's code: the reason that a message shows which failed by it.
    package var status: String
    /// SMS segments as the provider counts them.
    package var segments: Int?

    package init(
        provider: String, message: MessageID?, reference: String?, state: ReceiptState, status: String,
        segments: Int? = nil
    ) {
        self.provider = provider
        self.message = message
        self.reference = reference
        self.state = state
        self.status = status
        self.segments = segments
    }
}
