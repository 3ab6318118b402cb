// What a transport is given: the gate's yes, the stored bytes and the envelope. Only the gate can make the yes, so nothing that was not
// asked about can be handed over.

import Consent
import Domain

/// One message ready to be handed to a provider.
package struct Handover: Sendable {
    /// The message's id; names the captured file.
    package let messageID: String
    package let channel: Channel
    /// The return path, or what an SMS comes from.
    package let sender: String
    /// The one recipient.
    package let recipient: String
    /// The complete message as stored, the same for every attempt.
    package let body: [UInt8]
    /// When nobody wants it any more.
    package let expiresAt: Timestamp?

    /// A message that the gate allowed, and its envelope.
    package init(
        authorisation: SendAuthorisation, messageID: String, channel: Channel = .email, sender: String,
        recipient: String, body: [UInt8], expiresAt: Timestamp? = nil
    ) {
        self.messageID = messageID
        self.channel = channel
        self.expiresAt = expiresAt
        self.sender = sender
        self.recipient = recipient
        self.body = body
    }
}
