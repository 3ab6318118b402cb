// What a transport is given: the gate's yes, the stored bytes and the envelope. Only the gate can make the yes, so nothing that was not
// asked about can be handed over.

import Consent

/// One message ready to be handed to a provider.
package struct Handover: Sendable {
    /// The message's id; names the captured file.
    package let messageID: String
    /// The return path.
    package let sender: String
    /// The one recipient.
    package let recipient: String
    /// The complete message as stored, the same for every attempt.
    package let body: [UInt8]

    /// A message that the gate allowed, and its envelope.
    package init(
        authorisation: SendAuthorisation, messageID: String, sender: String, recipient: String, body: [UInt8]
    ) {
        self.messageID = messageID
        self.sender = sender
        self.recipient = recipient
        self.body = body
    }
}
