// Where a message stands and where it goes: what every change of a state is written from, and to.

import Consent
import Domain
import SQLite

/// A message as it was read; a change is written only while this still holds.
struct MessagePosition {
    let seq: Int64
    let state: MessageState
    let fence: Int64

    init(seq: Int64, state: MessageState, fence: Int64) {
        self.seq = seq
        self.state = state
        self.fence = fence
    }

    /// From a row; nil when the state is not one that this version knows.
    init?(_ seq: Int64, _ state: String, _ fence: Int64) {
        guard let state = MessageState(rawValue: state) else { return nil }
        self.init(seq: seq, state: state, fence: fence)
    }
}

/// What a message becomes.
struct MessageChange {
    var state: MessageState
    var nextAttemptAt: Timestamp?
    var isInDoubt = false
    /// The place in the route that the next attempt is for; nil leaves it as it is.
    var routePosition: Int?
    /// Set by a claim alone: from here on only its own settle may move the message.
    var raisesFence = false
    var reasonCode: String?
    var reasonEntry: LedgerEntryID?
}

extension MessageChange {
    /// What the gate's no makes of a message.
    init(blockedBy verdict: GateVerdict) {
        self.init(state: .blocked, reasonCode: verdict.block?.code, reasonEntry: verdict.block?.entry)
    }
}

/// A message that somebody acts on, with what the gate is asked when it shall leave again.
struct ActableMessage {
    let position: MessagePosition
    let isInDoubt: Bool
    let notBefore: Timestamp?
    let deliverBy: Timestamp?
    let dealership: DealershipID
    let question: GateQuestion
    let hasContent: Bool
    /// Why it is where it is.
    let reasonCode: String?

    init(_ row: SQLRow, at now: Timestamp) throws(StoreError) {
        guard let position = MessagePosition(row.integer(0), row.text(1), row.integer(2)),
            let dealership = try? DealershipID(row.text(5)), let channel = Channel(rawValue: row.text(8)),
            let question = GateQuestion(row, at: now, purpose: 6, class: 7, channel: channel, references: 9)
        else { throw .unusable("message row \(row.integer(0)) cannot be read") }
        self.position = position
        isInDoubt = row.integer(3) == 1
        deliverBy = row.optionalInteger(4).map(Timestamp.init(milliseconds:))
        self.dealership = dealership
        self.question = question
        hasContent = row.integer(12) == 1
        reasonCode = row.optionalText(14)
        notBefore = row.optionalInteger(13).map(Timestamp.init(milliseconds:))
    }

    /// When it is due, if it may go from `now` on.
    func nextAttempt(from now: Timestamp) -> Timestamp { max(now, notBefore ?? now) }
}
