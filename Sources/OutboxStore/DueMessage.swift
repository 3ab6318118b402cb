// A due message before its claim, with what the gate is asked and what will be handed over.

import Consent
import Domain
import SQLite

struct DueMessage {
    let position: MessagePosition
    let id: MessageID
    let expiresAt: Timestamp
    let isInDoubt: Bool
    let tries: Int
    let dealership: DealershipID
    let channel: Channel
    let question: GateQuestion
    let sender: String
    let recipient: String
    let body: [UInt8]
    /// Nothing of its dealership leaves, by an operator's order.
    let isDealershipHeld: Bool
    /// Where it was handed to before, if it was.
    let lastProvider: String?

    init(_ row: SQLRow, channel: Channel, at now: Timestamp) throws(StoreError) {
        guard let id = MessageID(bytes: row.blob(1)),
            let position = MessagePosition(row.integer(0), row.text(2), row.integer(3)),
            let dealership = try? DealershipID(row.text(7)),
            let question = GateQuestion(row, at: now, purpose: 8, class: 9, channel: channel, references: 10)
        else { throw .unusable("message row \(row.integer(0)) cannot be read") }
        self.id = id
        self.position = position
        expiresAt = Timestamp(milliseconds: row.integer(5))
        isInDoubt = row.integer(6) == 1
        self.dealership = dealership
        self.channel = channel
        self.question = question
        sender = row.text(13)
        recipient = row.text(14)
        body = row.blob(15)
        lastProvider = row.optionalText(16)
        tries = Int(row.integer(17))
        isDealershipHeld = row.optionalInteger(18) != nil
    }

    func claim(at now: Timestamp, by authorisation: SendAuthorisation) -> Claim {
        Claim(
            seq: position.seq, id: id, fence: position.fence + 1, claimedAt: now, tries: tries,
            expiresAt: expiresAt,
            isInDoubt: isInDoubt, dealership: dealership, question: question, authorisation: authorisation,
            sender: sender, recipient: recipient, body: body)
    }
}

extension GateQuestion {
    /// Reads a message's purpose, class and three references from a row; nil if they cannot be read.
    init?(
        _ row: SQLRow, at now: Timestamp, purpose: CInt, class purposeClass: CInt, channel: Channel,
        references: CInt
    ) {
        guard let purpose = try? Purpose(row.text(purpose)),
            let purposeClass = PurposeClass(rawValue: row.text(purposeClass)),
            let address = ContactReference(bytes: row.blob(references))
        else { return nil }
        self.init(
            at: now, purpose: purpose, class: purposeClass, channel: channel,
            references: ContactReferences(
                address: address,
                customer: row.optionalBlob(references + 1).flatMap(ContactReference.init(bytes:)),
                otherAddress: row.optionalBlob(references + 2).flatMap(ContactReference.init(bytes:))))
    }
}
