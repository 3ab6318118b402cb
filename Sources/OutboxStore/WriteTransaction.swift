// What one command does inside the writer's transaction: accept, claim, settle, resolve, record. Each is one function from
// values to values over the tables; the gate is asked here and nowhere else, so no path can pass it by.

import Consent
import Crypto
import Delivery
import Domain
import SQLite

struct WriteTransaction {
    let connection: Connection
    let now: Timestamp

    private var messages: MessageTable { MessageTable(connection: connection) }
    private var ledger: LedgerTable { LedgerTable(connection: connection) }
    private var gate: GateDesk { GateDesk(connection: connection) }

    // MARK: T1

    func accept(_ acceptance: Acceptance) throws -> AcceptedMessage {
        let replies = IdempotencyTable(connection: connection)
        if let request = acceptance.idempotency {
            try replies.prune(now: now)
            if let answer = try replies.answer(to: request, dealership: acceptance.dealership) {
                return AcceptedMessage(answer: answer, isReplayed: true)
            }
        }
        try shareBlocks(acceptance)
        let question = GateQuestion(
            purpose: acceptance.purpose, class: acceptance.class, channel: acceptance.channel,
            references: acceptance.references)
        let verdict: GateVerdict =
            acceptance.isRecipientAllowed
            ? try gate.decide(question, dealership: acceptance.dealership) : .blocked(.notAllowed)
        switch verdict {
        case .allowed: try messages.insert(acceptance, state: .queued, reason: nil)
        case .blocked(let reason): try messages.insert(acceptance, state: .blocked, reason: reason)
        }
        guard let record = try messages.record(acceptance.id) else {
            throw StoreError.notFound("\(acceptance.id)")
        }
        let answer = record.view.text()
        if let request = acceptance.idempotency {
            try replies.keep(answer, to: request, dealership: acceptance.dealership, now: now)
        }
        return AcceptedMessage(answer: answer, isReplayed: false)
    }

    /// Notes that a customer number came with an address, and writes that address's blocks under the number too.
    private func shareBlocks(_ acceptance: Acceptance) throws {
        guard let customer = acceptance.references.customer else { return }
        let dealership = acceptance.dealership
        for address in [acceptance.references.address, acceptance.references.otherAddress].compactMap(\.self)
        {
            try connection.run(
                "INSERT OR IGNORE INTO customer_address (dealership, customer, address) VALUES (?, ?, ?)",
                [.text(dealership.text), .blob(customer.bytes), .blob(address.bytes)])
        }
        guard try !gate.isCounterCustomer(customer, dealership: dealership) else { return }
        for address in [acceptance.references.address, acceptance.references.otherAddress].compactMap(\.self)
        {
            let standing = Standing(
                try ledger.entries(dealership: dealership, references: [address, customer]))
            _ = try ledger.append(
                standing.blocksToShare(from: address, with: customer, recordedAt: now, newID: newEntryID))
        }
    }

    // MARK: T2

    /// Messages looked at by one claim: what expired or is blocked is settled on the way, a bounded number at a time.
    private static let claimBound = 100

    func claim(_ request: ClaimRequest) throws -> ClaimResult {
        for _ in 0..<Self.claimBound {
            guard let due = try messages.firstDue(channel: request.channel, at: now) else {
                return .idle(nextDue: try messages.nextDue(channel: request.channel))
            }
            if now >= due.createdAt + request.lifetime {
                _ = try messages.move(
                    due.seq, from: .queued, fence: due.fence, to: .expired, reasonCode: "retry-lifetime-over")
                continue
            }
            let verdict: GateVerdict =
                request.isRecipientAllowed(due.recipient)
                ? try gate.decide(due.question, dealership: due.dealership) : .blocked(.notAllowed)
            switch verdict {
            case .allowed:
                try messages.startAttempt(due, provider: request.provider, at: now)
                return .claimed(due.claim)
            case .blocked(let reason):
                _ = try messages.move(
                    due.seq, from: .queued, fence: due.fence, to: .blocked, reasonCode: reason.code,
                    reasonEntry: reason.entry)
            }
        }
        return .idle(nextDue: now)
    }

    // MARK: T3

    /// Closes the attempt, and moves the message on if the claim is still its last.
    func settle(_ end: AttemptEnd) throws {
        try connection.run(
            """
            UPDATE attempt SET outcome = ?, status = ?, reply = ?, ended_at_ms = ? WHERE message = ? AND fence = ?
                AND (outcome IS NULL OR (outcome = 'unknown' AND ? = 'accepted'))
            """,
            [
                .text(end.verdict.outcome.rawValue), .text(end.verdict.status), .text(end.reply),
                .integer(now.milliseconds), .integer(end.claim.seq), .integer(end.claim.fence),
                .text(end.verdict.outcome.rawValue),
            ])
        _ = try messages.move(
            end.claim.seq, from: .sending, fence: end.claim.fence, to: end.settlement.state,
            nextAttemptAt: end.settlement.nextAttemptAt, reasonCode: end.settlement.reasonCode)
    }

    /// At start: what an earlier process left in `sending` may have been sent.
    func recover() throws -> Int {
        try connection.run(
            """
            UPDATE attempt SET outcome = 'unknown', status = 'interrupted', ended_at_ms = ?
            WHERE outcome IS NULL AND message IN (SELECT seq FROM message WHERE state = 'sending')
            """, [.integer(now.milliseconds)])
        precondition(MessageTransition.isAllowed(from: .sending, to: .unknown))
        return try connection.run(
            "UPDATE message SET state = 'unknown', reason_code = 'interrupted' WHERE state = 'sending'")
    }

    func resolve(_ id: MessageID, _ resolution: Resolution) throws -> MessageRecord {
        guard let position = try messages.position(id) else { throw StoreError.notFound("message \(id)") }
        guard position.state == .unknown else {
            throw StoreError.conflict(
                "\(id) is \(position.state.rawValue), and only an unknown message is resolved")
        }
        _ = try messages.move(
            position.seq, from: .unknown, fence: position.fence, to: resolution.state,
            nextAttemptAt: resolution == .retry ? now : nil, reasonCode: "resolved-\(resolution.rawValue)")
        guard let record = try messages.record(id) else { throw StoreError.notFound("message \(id)") }
        return record
    }

    // MARK: T4

    /// Adds what was said to the ledger; the entries that say it, new or standing already.
    func record(_ act: ConsentAct, dealership: DealershipID, evidence: EvidenceText?) throws
        -> RecordedConsent
    {
        do {
            try act.check(now: now)
        } catch {
            throw StoreError.refused(error)
        }
        var act = act
        act.references = try gate.withoutCounterCustomer(act.references, dealership: dealership)
        let existing = try ledger.entries(dealership: dealership, references: act.references.all)
        let added = try ledger.append(
            act.entries(dealership: dealership, existing: existing, recordedAt: now, newID: newEntryID))
        if let evidence {
            for entry in added {
                try connection.run(
                    "INSERT INTO evidence (entry, salt, text) VALUES (?, ?, ?)",
                    [.blob(entry.id.bytes), .blob(evidence.salt), .text(evidence.text)])
            }
        }
        let standing = Standing(existing).blocks.filter { $0.event == act.event && $0.scope == act.scope }
        return RecordedConsent(added: added, standing: added.isEmpty ? standing : [])
    }

    private func newEntryID() -> LedgerEntryID {
        LedgerEntryID(at: now, random: Crypto.randomBytes(10))
    }

    // MARK: Records

    func put(_ id: DealershipID, record: String) throws -> Bool {
        let isNew =
            try connection.first("SELECT 1 FROM dealership WHERE id = ?", [.text(id.text)]) { _ in true }
            == nil
        try connection.run(
            """
            INSERT INTO dealership (id, record, updated_at_ms) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET record = excluded.record, updated_at_ms = excluded.updated_at_ms
            """, [.text(id.text), .text(record), .integer(now.milliseconds)])
        return isNew
    }

    func insert(_ key: APIKeyRecord) throws {
        guard
            try connection.first(
                "SELECT 1 FROM dealership WHERE id = ?", [.text(key.dealership.text)], { _ in true }) != nil
        else { throw StoreError.notFound("dealership \(key.dealership); put it first") }
        try connection.run(
            "INSERT INTO api_key (id, dealership, secret_digest, scopes, created_at_ms) VALUES (?, ?, ?, ?, ?)",
            [
                .blob(key.id.bytes), .text(key.dealership.text), .blob(key.secretDigest),
                .text(key.scopes.map(\.rawValue).sorted().joined(separator: ",")), .integer(now.milliseconds),
            ])
    }
}

/// What recording an act added, or the blocks that said it already.
package struct RecordedConsent: Sendable {
    package let added: [LedgerEntry]
    package let standing: [LedgerEntry]

    /// The entry to show as the receipt.
    package var entry: LedgerEntry? { added.first ?? standing.first }
}

/// Personal evidence, kept beside the chain; the chain has its salted digest.
package struct EvidenceText: Sendable {
    package let salt: [UInt8]
    package let text: String

    package init(_ text: String, salt: [UInt8]) {
        self.text = text
        self.salt = salt
    }

    /// SHA-256 over a domain, the salt and the text: guessing the text from it needs the salt, which goes with the text.
    package var digest: [UInt8] {
        Crypto.sha256(Array("relais/evidence/v1".utf8) + [0] + salt + Array(text.utf8))
    }
}
