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
    package let createdAt: Timestamp
    let dealership: DealershipID
    let question: GateQuestion
    package let sender: String
    package let recipient: String
    package let body: [UInt8]

    /// Attempts made, this one included: each claim raises the fence by one.
    package var attempts: Int { Int(fence) }
}

/// What a worker asks for.
package struct ClaimRequest: Sendable {
    package var channel: Channel
    package var provider: String
    package var lifetime: Duration
    package var isRecipientAllowed: @Sendable (String) -> Bool

    package init(
        channel: Channel, provider: String, lifetime: Duration,
        isRecipientAllowed: @escaping @Sendable (String) -> Bool
    ) {
        self.channel = channel
        self.provider = provider
        self.lifetime = lifetime
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

    package init(claim: Claim, verdict: Verdict, reply: String?, settlement: Settlement) {
        self.claim = claim
        self.verdict = verdict
        self.reply = reply
        self.settlement = settlement
    }
}

/// A due message before its claim, with what the gate is asked.
struct DueMessage {
    let seq: Int64
    let id: MessageID
    let fence: Int64
    let createdAt: Timestamp
    let dealership: DealershipID
    let channel: Channel
    let question: GateQuestion
    let sender: String
    let recipient: String
    let body: [UInt8]

    init(_ row: SQLRow, channel: Channel) throws(StoreError) {
        seq = row.integer(0)
        guard let id = MessageID(bytes: row.blob(1)), let dealership = try? DealershipID(row.text(4)),
            let purpose = try? Purpose(row.text(5)), let purposeClass = PurposeClass(rawValue: row.text(6)),
            let address = ContactReference(bytes: row.blob(7))
        else { throw .unusable("message row \(seq) cannot be read") }
        self.id = id
        fence = row.integer(2)
        createdAt = Timestamp(milliseconds: row.integer(3))
        self.dealership = dealership
        self.channel = channel
        question = GateQuestion(
            purpose: purpose, class: purposeClass, channel: channel,
            references: ContactReferences(
                address: address, customer: row.optionalBlob(8).flatMap(ContactReference.init(bytes:)),
                otherAddress: row.optionalBlob(9).flatMap(ContactReference.init(bytes:))))
        sender = row.text(10)
        recipient = row.text(11)
        body = row.blob(12)
    }

    var claim: Claim {
        Claim(
            seq: seq, id: id, fence: fence + 1, createdAt: createdAt, dealership: dealership,
            question: question,
            sender: sender, recipient: recipient, body: body)
    }
}
