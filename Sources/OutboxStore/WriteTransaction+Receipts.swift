// T4 of receipts: folded by rank onto the message that they are about (Delivery's `ReceiptState`). One that comes before the answer of its
// attempt is kept until the settle; one that names no message of ours changes nothing. Twice is once, and any order ends the same.

import Consent
import Delivery
import Domain
import SQLite

extension WriteTransaction {
    /// How long a receipt waits for the answer that it overtook.
    private static let earlyTerm = Duration.seconds(-7 * 86_400)

    /// The try that a receipt is about.
    private struct ReceivedAttempt {
        let message: Int64
        let fence: Int64
    }

    func receive(_ receipt: ProviderReceipt) throws {
        guard let attempt = try attempt(of: receipt) else {
            // Known by the provider's name alone, and that name comes with the answer.
            if let reference = receipt.reference { try keep(receipt, under: reference) }
            return
        }
        try connection.run(
            """
            UPDATE attempt SET segments = coalesce(?, segments), provider_reference = coalesce(provider_reference, ?)
            WHERE message = ? AND fence = ? AND outcome IS NOT NULL
            """,
            [
                .integer(receipt.segments.map(Int64.init)), .text(receipt.reference),
                .integer(attempt.message), .integer(attempt.fence),
            ])
        try fold(receipt, of: attempt)
    }

    /// The try that was handed to this provider: by the provider's own name of it, or the last one of the message that it names.
    private func attempt(of receipt: ProviderReceipt) throws -> ReceivedAttempt? {
        if let reference = receipt.reference {
            let attempt = try connection.first(
                """
                SELECT message, fence FROM attempt INDEXED BY attempt_provider_reference
                WHERE provider = ? AND provider_reference = ?
                """, [.text(receipt.provider), .text(reference)]
            ) { ReceivedAttempt(message: $0.integer(0), fence: $0.integer(1)) }
            if let attempt { return attempt }
        }
        guard let id = receipt.message else { return nil }
        return try connection.first(
            """
            SELECT a.message, a.fence FROM message m JOIN attempt a ON a.message = m.seq
            WHERE m.id = ? AND a.provider = ? ORDER BY a.fence DESC LIMIT 1
            """, [.blob(id.bytes), .text(receipt.provider)]
        ) { ReceivedAttempt(message: $0.integer(0), fence: $0.integer(1)) }
    }

    private func fold(_ receipt: ProviderReceipt, of attempt: ReceivedAttempt) throws {
        let row = try connection.first(
            """
            SELECT m.state, m.fence, m.id, m.dealership, m.purpose, m.class, m.contact, m.customer, m.other_address, m.channel,
                (SELECT channel FROM attempt WHERE message = m.seq AND fence = ?2)
            FROM message m WHERE m.seq = ?1
            """, [.integer(attempt.message), .integer(attempt.fence)]
        ) { row in
            (
                position: MessagePosition(attempt.message, row.text(0), row.integer(1)),
                id: MessageID(bytes: row.blob(2)), dealership: row.text(3),
                question: Channel(rawValue: row.text(9)).flatMap {
                    GateQuestion(row, at: now, purpose: 4, class: 5, channel: $0, references: 6)
                },
                isOfChannel: row.text(9) == row.text(10)
            )
        }
        guard let row, let position = row.position, let id = row.id else {
            throw StoreError.unusable("message row \(attempt.message) cannot be read")
        }
        let effect = receipt.state.effect(on: position.state)
        guard row.isOfChannel, attempt.fence == position.fence else {
            // An earlier try, or the channel before: it says nothing of what was done since. Only that it arrived after all keeps another from
            // leaving.
            guard receipt.state == .delivered, effect == .holds else { return }
            return try hold(position)
        }
        switch effect {
        case .changesNothing: return
        case .waits: return try keep(receipt, under: id.description)
        case .holds: try hold(position)
        case .moves(let state):
            let isFailure = state == .failed || state == .bounced
            _ = try messages.move(
                position, to: MessageChange(state: state, reasonCode: isFailure ? receipt.status : nil),
                at: now)
            if state == .bounced, let question = row.question {
                try noteDeadAddress(question, try DealershipID(row.dealership))
            }
        }
    }

    private func hold(_ position: MessagePosition) throws {
        _ = try messages.move(position, to: MessageChange(state: .held, reasonCode: "receipt"), at: now)
    }

    private func keep(_ receipt: ProviderReceipt, under reference: String) throws {
        try connection.run(
            "DELETE FROM early_receipt WHERE at_ms < ?",
            [.integer((now + Self.earlyTerm).milliseconds)])
        try connection.run(
            "INSERT OR IGNORE INTO early_receipt (provider, reference, state, status, at_ms) VALUES (?, ?, ?, ?, ?)",
            [
                .text(receipt.provider), .text(reference), .text(receipt.state.rawValue),
                .text(receipt.status), .integer(now.milliseconds),
            ])
    }

    /// What came while nobody could be told: before the answer of the last try, before a crash, or while somebody held the message.
    ///
    /// - Parameters:
    ///   - fence: of the message's last try.
    ///   - reference: what the provider calls it, when that has just become known.
    func foldEarlyReceipts(
        onto seq: Int64, fence: Int64, _ id: MessageID, _ reference: String? = nil
    ) throws {
        let receipts = try connection.all(
            """
            DELETE FROM early_receipt WHERE provider = (SELECT provider FROM attempt WHERE message = ? AND fence = ?)
                AND reference IN (?, ?) RETURNING provider, state, status
            """, [.integer(seq), .integer(fence), .text(id.description), .text(reference)]
        ) { row in
            ReceiptState(rawValue: row.text(1)).map { state in
                ProviderReceipt(
                    provider: row.text(0), message: nil, reference: nil, state: state, status: row.text(2))
            }
        }
        for receipt in receipts.compactMap(\.self) {
            try fold(receipt, of: ReceivedAttempt(message: seq, fence: fence))
        }
    }
}
