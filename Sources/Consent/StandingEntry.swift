// A ledger entry that still decides something: a block that stands, a consent that counts, or the erasure before which none does. What the
// gate reads of it, and nothing else; a row of the table `standing`.

import Domain

package struct StandingEntry: Codable, Sendable, Hashable {
    /// One purpose on one channel.
    package struct Exception: Codable, Sendable, Hashable {
        package let purpose: Purpose
        package let channel: Channel

        package init(purpose: Purpose, channel: Channel) {
            self.purpose = purpose
            self.channel = channel
        }
    }

    package var contact: ContactReference
    package var seq: Int64
    package var id: LedgerEntryID
    package var event: LedgerEvent
    package var scope: Scope
    package var channel: Channel?
    package var occurredAt: Timestamp
    package var method: ConsentMethod
    package var refersTo: LedgerEntryID?
    package var noticeDigest: [UInt8]?
    /// What a later consent ended of a block.
    package var exceptions: [Exception] = []
    /// Lifted: it stops nothing. Kept of what took a consent back, because a consent from before that does not count again.
    package var isEnded = false

    package init(_ entry: LedgerEntry) {
        self.init(
            contact: entry.contact, seq: entry.seq, id: entry.id, event: entry.event, scope: entry.scope,
            channel: entry.channel, occurredAt: entry.occurredAt, method: entry.method,
            refersTo: entry.refersTo, noticeDigest: entry.noticeDigest)
    }

    package init(
        contact: ContactReference, seq: Int64, id: LedgerEntryID, event: LedgerEvent, scope: Scope,
        channel: Channel?, occurredAt: Timestamp, method: ConsentMethod, refersTo: LedgerEntryID?,
        noticeDigest: [UInt8]?, exceptions: [Exception] = [], isEnded: Bool = false
    ) {
        self.contact = contact
        self.seq = seq
        self.id = id
        self.event = event
        self.scope = scope
        self.channel = channel
        self.occurredAt = occurredAt
        self.method = method
        self.refersTo = refersTo
        self.noticeDigest = noticeDigest
        self.exceptions = exceptions
        self.isEnded = isEnded
    }

    /// A dead address is tried again after this long (contract, section 6).
    package static let bounceTerm = Duration.seconds(180 * 86_400)

    /// When the block ends by itself: that of a dead address alone does.
    package var until: Timestamp? { event == .bounced ? occurredAt + Self.bounceTerm : nil }

    /// Whether the entry still counts for anything at a moment.
    package func counts(at now: Timestamp) -> Bool {
        (until.map { now < $0 } ?? true) && !(event.isBlock && (isEnded || isEndedWhole))
    }

    /// Whether the entry is a block that counts for this question.
    package func stops(_ question: GateQuestion) -> Bool {
        guard !isEnded else { return false }
        let isOwn = contact == question.references.address && counts(on: question.channel)
        switch event {
        case .misdirected: return isOwn
        case .bounced: return isOwn && question.at < occurredAt + Self.bounceTerm
        case .restricted: return [.service, .survey, .marketing].contains(question.class)
        case .objected, .withdrawn, .refused, .complained:
            let exception = Exception(purpose: question.purpose, channel: question.channel)
            guard question.class != .safety, !exceptions.contains(exception) else { return false }
            switch scope {
            case .all: return true
            case .marketing: return question.class.needsConsent
            case .purpose(let purpose): return purpose == question.purpose && counts(on: question.channel)
            case .channel: return isOwn
            }
        case .unrestricted, .given, .lifted, .softOptIn, .requested, .rectified, .erased: return false
        }
    }

    /// Whether the entry is a consent that allows this question: under the address itself, for this channel.
    func allows(_ question: GateQuestion) -> Bool {
        event.isConsent && contact == question.references.address && channel == question.channel
            && (scope == .purpose(question.purpose) || scope == .marketing)
    }

    /// Whether a block counts on a channel: `marketing` and `all` count on every one, whichever the entry names.
    func counts(on channel: Channel?) -> Bool {
        switch scope {
        case .marketing, .all: true
        case .purpose, .channel: self.channel == nil || self.channel == channel
        }
    }

    /// Whether a consent ended all that the block says: its one purpose on its one channel. It is kept, because the consent may be
    /// erased.
    var isEndedWhole: Bool {
        guard case .purpose(let purpose) = scope, let channel else { return false }
        return exceptions.contains(Exception(purpose: purpose, channel: channel))
    }

    /// Whether this block already says all that `entry` would: one that a consent ended in part says less than it did, and so does a
    /// dead address that may be tried again by then.
    func says(all entry: LedgerEntry) -> Bool {
        contact == entry.contact && event == entry.event && scope == entry.scope && channel == entry.channel
            && exceptions.isEmpty && (event != .bounced || entry.occurredAt < occurredAt + Self.bounceTerm)
    }
}
