// T2 and T3, claim and settle, as values. A claim says that a message may be leaving: only its own fence may settle it.

import Consent
import Delivery
import Domain
import SQLite

/// One message given to one connection.
package struct Claim: Sendable {
    package let seq: Int64
    package let id: MessageID
    package let fence: Int64
    package let claimedAt: Timestamp
    /// Attempts charged to the message before this one; a provider's own faults are not.
    package let tries: Int
    package let expiresAt: Timestamp
    /// An earlier attempt may have arrived: whatever but an acceptance comes of this one, the doubt stays.
    package let isInDoubt: Bool
    let dealership: DealershipID
    package let question: GateQuestion
    /// The gate's yes inside the claim.
    package let authorisation: SendAuthorisation
    /// Decides the retry policy.
    package var purposeClass: PurposeClass { question.class }
    package let sender: String
    package let recipient: String
    package let body: [UInt8]

}

/// What a worker asks for.
package struct ClaimRequest: Sendable {
    package var channel: Channel
    package var provider: String
    /// The provider's place in the channel's route: its own messages, and those in doubt that it was handed.
    package var position: Int
    /// Places whose provider cannot be used now: their messages too, except those in doubt.
    package var standingInFor: [Int]
    package var isRecipientAllowed: @Sendable (String) -> Bool

    package init(
        channel: Channel, provider: String, position: Int = 0, standingInFor: [Int] = [],
        isRecipientAllowed: @escaping @Sendable (String) -> Bool
    ) {
        self.channel = channel
        self.provider = provider
        self.position = position
        self.standingInFor = standingInFor
        self.isRecipientAllowed = isRecipientAllowed
    }
}

package enum ClaimResult: Sendable {
    case claimed(Claim)
    /// Nothing is due; the next message is at this moment, or none waits.
    case idle(nextDue: Timestamp?)
}

/// How an attempt ended.
package struct AttemptEnd: Sendable {
    package var claim: Claim
    package var verdict: Verdict
    package var reply: String?
    package var settlement: Settlement
    /// What the provider calls the message.
    package var providerReference: String?
    /// SMS segments as the provider counts them.
    package var segments: Int?

    /// Whether the attempt uses up one of the message's own tries.
    var isCharged: Bool {
        verdict.outcome != .accepted && !verdict.isWithheld && !verdict.isProviderFault
            && !verdict.isConfiguration
    }

    package init(
        claim: Claim, verdict: Verdict, reply: String?, settlement: Settlement,
        providerReference: String? = nil, segments: Int? = nil
    ) {
        self.claim = claim
        self.verdict = verdict
        self.reply = reply
        self.settlement = settlement
        self.providerReference = providerReference
        self.segments = segments
    }
}
