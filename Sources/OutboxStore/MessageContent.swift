// What a message is sent as through one channel: the exact bytes and the envelope, composed and checked at acceptance whether or not the
// channel comes into use.

import Consent
import Domain

package struct MessageContent: Codable, Sendable {
    package var channel: Channel
    /// What the gate is asked about on this channel: its address first.
    package var references: ContactReferences
    /// The envelope: addresses, or sender id and E.164 number.
    package var sender: String
    package var recipient: String
    /// RFC 5322, or the text of an SMS.
    package var body: [UInt8]
    /// SMS segments as they are charged for; 0 for e-mail.
    package var segments: Int
    /// False when `recipients.allow` does not name the recipient: it is blocked on this channel.
    package var isRecipientAllowed: Bool
    /// False when the number is in a country that the dealership does not send to: the message waits for a person.
    package var isCountryAllowed: Bool

    package init(
        channel: Channel, references: ContactReferences, sender: String, recipient: String, body: [UInt8],
        segments: Int = 0, isRecipientAllowed: Bool, isCountryAllowed: Bool = true
    ) {
        self.channel = channel
        self.references = references
        self.sender = sender
        self.recipient = recipient
        self.body = body
        self.segments = segments
        self.isRecipientAllowed = isRecipientAllowed
        self.isCountryAllowed = isCountryAllowed
    }
}
