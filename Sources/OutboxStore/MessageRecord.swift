// A message as the store holds it, without content: what views show and filters select.

import Consent
import Delivery
import Domain

package struct MessageRecord: Codable, Sendable {
    package var id: MessageID
    package var dealership: DealershipID
    package var contact: ContactReference
    package var state: MessageState
    package var channel: Channel
    package var template: String
    package var templateDigest: [UInt8]
    package var purpose: Purpose
    package var reference: String?
    package var createdAt: Timestamp
    package var nextAttemptAt: Timestamp?
    package var attempts: [AttemptRecord]
    package var reasonCode: String?
    package var reasonEntry: LedgerEntryID?
    /// The message that this one repeats.
    package var resendOf: MessageID?
    /// When its page was taken back.
    package var revokedAt: Timestamp?
    /// Nil while nobody seems to have opened its page.
    package var openings: PageOpenings?
}

/// How often a person seems to have opened a message's page, at most once a minute.
package struct PageOpenings: Codable, Sendable {
    package var count: Int64
    package var firstAt: Timestamp
}

/// One try to hand a message to one provider; without an outcome while it lasts.
package struct AttemptRecord: Codable, Sendable {
    package var at: Timestamp
    package var channel: Channel
    package var provider: String
    package var outcome: Outcome?
    package var status: String?
    package var reply: String?
}

/// Which messages a listing shows, newest first.
package struct MessageFilter: Sendable {
    package var state: MessageState?
    /// Only messages in one of these; empty for any.
    package var states: [MessageState] = []
    package var dealership: DealershipID?
    package var contact: ContactReference?
    package var channel: Channel?
    package var reference: String?
    package var since: Timestamp?
    /// Only messages that were accepted before this one.
    package var before: MessageID?
    /// Only messages that no other one repeats.
    package var isNotResent = false
    package var limit: Int

    package init(
        state: MessageState? = nil, dealership: DealershipID? = nil, contact: ContactReference? = nil,
        channel: Channel? = nil, reference: String? = nil, since: Timestamp? = nil, limit: Int = 100
    ) {
        self.state = state
        self.dealership = dealership
        self.contact = contact
        self.channel = channel
        self.reference = reference
        self.since = since
        self.limit = limit
    }
}
