// What a transport is given: the stored bytes and the envelope, nothing else of the message.

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

    /// A message and its envelope.
    package init(messageID: String, sender: String, recipient: String, body: [UInt8]) {
        self.messageID = messageID
        self.sender = sender
        self.recipient = recipient
        self.body = body
    }
}
