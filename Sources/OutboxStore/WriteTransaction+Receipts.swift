// T4 of receipts: folded by rank onto the message that they are about (Delivery's `ReceiptState`). One that comes before the answer of its
// attempt is kept until the settle; one that names no message of ours changes nothing. Twice is once, and any order ends the same.

import Consent
import Delivery
import Domain
import SQLite

extension WriteTransaction {
    /// How long a receipt waits for the answer that it overtook.
    private static let earlyTerm = Duration.seconds(-7 * 86_400)

    func receive(_ receipt: ProviderReceipt) throws {
        guard let seq = try message(of: receipt) else {
            // Known by the provider's name alone, and that name comes with the answer.
            if let reference = receipt.reference { try keep(receipt, under: reference) }
            return
        }
        if let segments = receipt.segments {
            try connection.run(
                """
                UPDATE attempt SET segments = ? WHERE message = ? AND provider = ? AND provider_reference IS NOT NULL
                """, [.integer(Int64(segments)), .integer(seq), .text(receipt.provider)])
        }
        try fold(receipt, onto: seq)
    }

    /// The message that was handed to this provider and that the receipt is about.
    private func message(of receipt: ProviderReceipt) throws -> Int64? {
        if let reference = receipt.reference {
            let seq = try connection.first(
                """
                SELECT message FROM attempt INDEXED BY attempt_provider_reference
                WHERE provider = ? AND provider_reference = ?
                """, [.text(receipt.provider), .text(reference)]
            ) { $0.integer(0) }
            if let seq { return seq }
        }
        guard let id = receipt.message else { return nil }
        return try connection.first(
            """
            SELECT seq FROM message m WHERE id = ?
                AND EXISTS (SELECT 1 FROM attempt a WHERE a.message = m.seq AND a.provider = ?)
            """, [.blob(id.bytes), .text(receipt.provider)]
        ) { $0.integer(0) }
    }

    private func fold(_ receipt: ProviderReceipt, onto seq: Int64) throws {
        let row = try connection.first(
            """
            SELECT m.state, m.fence, m.id, m.dealership, m.purpose, m.class, m.contact, m.customer, m.other_address, m.channel
            FROM message m WHERE m.seq = ?
            """, [.integer(seq)]
        ) { row in
            (
                position: MessagePosition(seq, row.text(0), row.integer(1)),
                id: MessageID(bytes: row.blob(2)),
                dealership: row.text(3),
                question: Channel(rawValue: row.text(9)).flatMap {
                    GateQuestion(row, at: now, purpose: 4, class: 5, channel: $0, references: 6)
                }
            )
        }
        guard let row, let position = row.position, let id = row.id else {
            throw StoreError.unusable("message row \(seq) cannot be read")
        }
        switch receipt.state.effect(on: position.state) {
        case .changesNothing: return
        case .waits: return try keep(receipt, under: id.description)
        case .holds:
            _ = try messages.move(
                position, to: MessageChange(state: .held, reasonCode: "receipt"), at: now)
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

    /// What came before the answer of an attempt, now that its attempt has ended.
    func foldEarlyReceipts(_ end: AttemptEnd) throws {
        guard let provider = try lastProvider(of: end.claim.seq) else { return }
        try foldEarlyReceipts(
            provider, [end.claim.id.description, end.providerReference].compactMap(\.self),
            onto: end.claim.seq)
    }

    /// The same for a message that an operator lets go on.
    func foldEarlyReceipts(of id: MessageID) throws {
        let seq = try connection.first("SELECT seq FROM message WHERE id = ?", [.blob(id.bytes)]) {
            $0.integer(0)
        }
        guard let seq, let provider = try lastProvider(of: seq) else { return }
        try foldEarlyReceipts(provider, [id.description], onto: seq)
    }

    private func lastProvider(of seq: Int64) throws -> String? {
        try connection.first(
            "SELECT provider FROM attempt WHERE message = ? ORDER BY fence DESC LIMIT 1", [.integer(seq)]
        ) { $0.text(0) }
    }

    private func foldEarlyReceipts(_ provider: String, _ references: [String], onto seq: Int64) throws {
        for reference in references {
            let receipts = try connection.all(
                "DELETE FROM early_receipt WHERE provider = ? AND reference = ? RETURNING state, status",
                [.text(provider), .text(reference)]
            ) { row in
                ReceiptState(rawValue: row.text(0)).map { state in
                    ProviderReceipt(
                        provider: provider, message: nil, reference: nil, state: state, status: row.text(1))
                }
            }.compactMap(\.self)
            for receipt in receipts { try fold(receipt, onto: seq) }
        }
    }
}
