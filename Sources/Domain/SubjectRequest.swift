// A person's request about their data (GDPR, articles 15 to 21), as the register keeps it. The gateway's operator is a processor: an
// objection acts at once, everything else is registered, answered by the dealership, and closed. What is due is reckoned by the calendar:
// one month from receipt (article 12(3)), in the dealership's time zone.

import Foundation

package struct SubjectRequest: Codable, Sendable, Hashable {
    /// What is asked for.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case access
        case portability
        case rectification
        case erasure
        case restriction
        case objection
    }

    /// How it reached the dealership.
    package enum Way: String, Codable, Sendable, CaseIterable {
        case letter
        case email
        case phone
        case person
    }

    package enum Outcome: String, Codable, Sendable, CaseIterable {
        case fulfilled
        case refused
        case withdrawn
    }

    package var id: SubjectRequestID
    package var dealership: DealershipID
    /// Everything by which the person was named.
    package var references: ContactReferences
    package var kind: Kind
    package var receivedBy: Way
    package var receivedAt: Timestamp
    package var dueAt: Timestamp
    /// What was checked, and by whom; never a copy of a document.
    package var identityCheck: String?
    package var note: String?
    package var outcome: Outcome?
    package var closedAt: Timestamp?
    /// What was answered.
    package var answer: String?

    package init(
        id: SubjectRequestID, dealership: DealershipID, references: ContactReferences, kind: Kind,
        receivedBy: Way,
        receivedAt: Timestamp, dueAt: Timestamp, identityCheck: String? = nil, note: String? = nil,
        outcome: Outcome? = nil, closedAt: Timestamp? = nil, answer: String? = nil
    ) {
        self.id = id
        self.dealership = dealership
        self.references = references
        self.kind = kind
        self.receivedBy = receivedBy
        self.receivedAt = receivedAt
        self.dueAt = dueAt
        self.identityCheck = identityCheck
        self.note = note
        self.outcome = outcome
        self.closedAt = closedAt
        self.answer = answer
    }

    /// Open after its time.
    package func isOverdue(at now: Timestamp) -> Bool { outcome == nil && dueAt < now }

    /// One calendar month after receipt, at the same time of the day there: 31 January is due on the last day of February. The law lets the
    /// day run out (Regulation 1182/71, article 3), so this is never too late.
    ///
    /// - Throws: when there is no such time zone.
    package static func dueDate(
        receivedAt: Timestamp, timeZone name: String
    ) throws(ValueError) -> Timestamp {
        guard let timeZone = TimeZone(identifier: name) else {
            throw ValueError("must be a time zone such as Europe/Luxembourg")
        }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        guard let date = calendar.date(byAdding: .month, value: 1, to: receivedAt.date) else {
            throw ValueError("must be a time that has a month after it")
        }
        return Timestamp(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }
}
