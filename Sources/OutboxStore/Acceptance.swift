// T1, accept: one message with the exact bytes that every attempt will send, and what the caller hears of it.

import Consent
import Domain

package struct Acceptance: Codable, Sendable {
    package var id: MessageID
    package var dealership: DealershipID
    package var references: ContactReferences
    package var channel: Channel
    package var template: String
    package var templateDigest: [UInt8]
    package var purpose: Purpose
    package var `class`: PurposeClass
    package var reference: String?
    package var createdAt: Timestamp
    package var timing: MessageTiming
    /// The envelope.
    package var sender: String
    package var recipient: String
    package var body: [UInt8]
    /// False when `recipients.allow` does not name the recipient: the message is blocked.
    package var isRecipientAllowed: Bool
    /// The caller's JSON without its key, compact: what the message is composed from once more when it is resent.
    package var request: String
    /// The message that this one repeats; nil for one of a caller.
    package var resendOf: MessageID?
    /// What a double opt-in asks consent for with this message; nil for every other.
    package var asksConsentFor: Scope?
    package var idempotency: IdempotentRequest?
    /// Beyond it the message is held; nil without one.
    package var quota: MessageQuota?

    package init(
        id: MessageID, dealership: DealershipID, references: ContactReferences, channel: Channel,
        template: String,
        templateDigest: [UInt8], purpose: Purpose, class purposeClass: PurposeClass, reference: String?,
        createdAt: Timestamp, timing: MessageTiming, sender: String, recipient: String, body: [UInt8],
        isRecipientAllowed: Bool, request: String, resendOf: MessageID? = nil,
        asksConsentFor: Scope? = nil, idempotency: IdempotentRequest? = nil, quota: MessageQuota? = nil
    ) {
        self.id = id
        self.dealership = dealership
        self.references = references
        self.channel = channel
        self.template = template
        self.templateDigest = templateDigest
        self.purpose = purpose
        self.class = purposeClass
        self.reference = reference
        self.createdAt = createdAt
        self.timing = timing
        self.sender = sender
        self.recipient = recipient
        self.body = body
        self.isRecipientAllowed = isRecipientAllowed
        self.request = request
        self.resendOf = resendOf
        self.asksConsentFor = asksConsentFor
        self.idempotency = idempotency
        self.quota = quota
    }
}

/// How many messages of a dealership go on one of its days.
package struct MessageQuota: Codable, Sendable {
    /// Where the dealership is: `2027-01-31`.
    package let day: String
    package let messages: Int

    package init(day: String, messages: Int) {
        self.day = day
        self.messages = messages
    }
}

/// A request's key, and the digest that tells a repetition from another request under the same key.
package struct IdempotentRequest: Codable, Sendable {
    package let key: IdempotencyKey
    /// SHA-256 over the request's JSON without the key, compact and with sorted members.
    package let digest: [UInt8]

    package init(key: IdempotencyKey, digest: [UInt8]) {
        self.key = key
        self.digest = digest
    }
}

/// What the caller of an accepted message hears: the view of the message as it was accepted.
package struct AcceptedMessage: Codable, Sendable {
    package let id: MessageID
    /// JSON; the same bytes for a repetition.
    package let answer: String
    package let isReplayed: Bool
}
