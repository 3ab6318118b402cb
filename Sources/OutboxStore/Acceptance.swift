// T1, accept: one message with the exact bytes that every attempt will send, and what the caller hears of it.

import Domain

package struct Acceptance: Codable, Sendable {
    package var id: MessageID
    package var dealership: DealershipID
    /// At least one, each channel once, in the order of preference.
    package var contents: [MessageContent]
    package var template: String
    package var templateDigest: [UInt8]
    package var purpose: Purpose
    package var `class`: PurposeClass
    package var reference: String?
    package var createdAt: Timestamp
    package var timing: MessageTiming
    /// The caller's JSON without its key, compact: what the message is composed from once more when it is resent.
    package var request: String
    /// The message that this one repeats; nil for one of a caller.
    package var resendOf: MessageID?
    /// What a double opt-in asks consent for with this message; nil for every other.
    package var asksConsentFor: Scope?
    package var idempotency: IdempotentRequest?
    /// Beyond it the message is held; nil without one.
    package var quota: DayQuota?

    package init(
        id: MessageID, dealership: DealershipID, contents: [MessageContent], template: String,
        templateDigest: [UInt8], purpose: Purpose, class purposeClass: PurposeClass, reference: String?,
        createdAt: Timestamp, timing: MessageTiming, request: String, resendOf: MessageID? = nil,
        asksConsentFor: Scope? = nil, idempotency: IdempotentRequest? = nil, quota: DayQuota? = nil
    ) {
        self.id = id
        self.dealership = dealership
        self.contents = contents
        self.template = template
        self.templateDigest = templateDigest
        self.purpose = purpose
        self.class = purposeClass
        self.reference = reference
        self.createdAt = createdAt
        self.timing = timing
        self.request = request
        self.resendOf = resendOf
        self.asksConsentFor = asksConsentFor
        self.idempotency = idempotency
        self.quota = quota
    }
}

/// How much of a dealership goes on one of its days.
package struct DayQuota: Codable, Sendable {
    /// Where the dealership is: `2027-01-31`.
    package let day: String
    /// Nil: any number.
    package let messages: Int?
    /// SMS segments; nil: any number.
    package let segments: Int?

    package init(day: String, messages: Int?, segments: Int? = nil) {
        self.day = day
        self.messages = messages
        self.segments = segments
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
    /// How it goes, so that whoever delivers there looks for it; nil for a repetition.
    package var channel: Channel?
    /// JSON; the same bytes for a repetition.
    package let answer: String
    package let isReplayed: Bool
}
