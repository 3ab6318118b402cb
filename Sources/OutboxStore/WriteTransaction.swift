// What one command does inside the writer's transaction: accept, claim, settle, resolve, record. Each is one function from
// values to values over the tables; the gate is asked here and nowhere else, so no path can pass it by (a reader asks it once more when
// a claimed message was slow to leave).

import Consent
import Crypto
import Delivery
import Domain
import SQLite

struct WriteTransaction {
    let connection: Connection
    let now: Timestamp
    let policy: RetryPolicy

    private var messages: MessageTable { MessageTable(connection: connection) }
    private var ledger: LedgerTable { LedgerTable(connection: connection) }
    private var gate: GateDesk { GateDesk(connection: connection) }

    /// One command of the API, a page or an operator.
    func run(_ command: StoreCommand) throws -> StoreAnswer {
        switch command {
        case .accept(let acceptance): .accepted(try accept(acceptance))
        case .act(let act, let id): .message(try self.act(act, on: id))
        case .resolve(let id, let resolution): .message(try resolve(id, resolution))
        case .record(let act, let dealership, let evidence):
            .recorded(try record(act, dealership: dealership, evidence: evidence))
        case .putDealership(let id, let record): .put(try put(id, record: record))
        case .insertKey(let key): try inserted(key)
        }
    }

    // MARK: T1

    func accept(_ acceptance: Acceptance) throws -> AcceptedMessage {
        let replies = IdempotencyTable(connection: connection)
        if let request = acceptance.idempotency {
            try replies.prune(now: now)
            if let kept = try replies.answer(to: request, dealership: acceptance.dealership, now: now) {
                return kept
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
        case .allowed:
            try replaceWaiting(acceptance)
            try messages.insert(acceptance, state: .queued, reason: nil, lifetime: policy.schedule.lifetime)
        case .blocked(let reason):
            try messages.insert(
                acceptance, state: .blocked, reason: reason, lifetime: policy.schedule.lifetime)
        }
        guard let record = try messages.record(acceptance.id) else {
            throw StoreError.notFound("\(acceptance.id)")
        }
        let message = AcceptedMessage(id: record.id, answer: record.view.text(), isReplayed: false)
        if let request = acceptance.idempotency {
            try replies.keep(message, to: request, dealership: acceptance.dealership, now: now)
        }
        return message
    }

    /// A newer quote replaces the older one that still waits; what has begun to leave is left alone.
    private func replaceWaiting(_ acceptance: Acceptance) throws {
        guard let key = acceptance.timing.coalesceKey else { return }
        let waiting = try messages.waiting(
            dealership: acceptance.dealership, contact: acceptance.references.address, coalesceKey: key)
        for position in waiting {
            _ = try messages.move(position, to: MessageChange(state: .cancelled, reasonCode: "coalesced"))
        }
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
            guard let seq = try messages.firstDue(channel: request.channel, at: now) else {
                return .idle(nextDue: try messages.nextDue(channel: request.channel))
            }
            let due: DueMessage
            let obstacle: MessageChange?
            do {
                due = try messages.due(seq, channel: request.channel)
                obstacle = try self.obstacle(to: due, request)
            } catch StoreError.unusable {
                // A damaged row, or a gate that cannot be asked: nobody is sent to, and the others go on.
                try messages.setAside(seq)
                continue
            }
            if let obstacle {
                // What may have been sent already does not become anything else by waiting too long.
                let change =
                    due.isInDoubt
                    ? MessageChange(
                        state: .unknown, isInDoubt: true, reasonCode: obstacle.reasonCode,
                        reasonEntry: obstacle.reasonEntry) : obstacle
                _ = try messages.move(due.position, to: change)
                continue
            }
            try messages.startAttempt(due, provider: request.provider, at: now)
            return .claimed(due.claim(at: now))
        }
        return .idle(nextDue: now)
    }

    /// What a due message becomes instead of leaving; nil when nothing stands in its way.
    private func obstacle(to due: DueMessage, _ request: ClaimRequest) throws -> MessageChange? {
        if now >= due.expiresAt { return MessageChange(state: .expired, reasonCode: "deadline-over") }
        if due.isInDoubt, let provider = due.lastProvider, provider != request.provider {
            return MessageChange(state: .unknown, isInDoubt: true, reasonCode: "provider-changed")
        }
        let verdict: GateVerdict =
            request.isRecipientAllowed(due.recipient)
            ? try gate.decide(due.question, dealership: due.dealership) : .blocked(.notAllowed)
        guard case .blocked(let reason) = verdict else { return nil }
        return MessageChange(state: .blocked, reasonCode: reason.code, reasonEntry: reason.entry)
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
        let position = MessagePosition(seq: end.claim.seq, state: .sending, fence: end.claim.fence)
        if end.isCharged { try messages.charge(position) }
        _ = try messages.move(
            position,
            to: MessageChange(
                state: end.settlement.state, nextAttemptAt: end.settlement.nextAttemptAt,
                isInDoubt: end.settlement.state == .unknown, reasonCode: end.settlement.reasonCode))
    }

    /// At start: what an earlier process left in `sending` may have been sent. An e-mail that was not in doubt before is tried
    /// once more, later; the rest waits for a person.
    func recover() throws -> Int {
        try connection.run(
            """
            UPDATE attempt SET outcome = 'unknown', status = 'interrupted', ended_at_ms = ?
            WHERE outcome IS NULL AND message IN (SELECT seq FROM message WHERE state = 'sending')
            """, [.integer(now.milliseconds)])
        precondition(MessageTransition.isAllowed(from: .sending, to: .unknown))
        return try connection.run(
            """
            UPDATE message SET state = 'unknown', is_in_doubt = 1, reason_code = 'interrupted',
                next_attempt_at_ms = CASE WHEN is_in_doubt THEN NULL ELSE ? END
            WHERE state = 'sending'
            """, [.integer(policy.unknownRetryDelay.map { (now + $0).milliseconds })])
    }

    // MARK: Acts

    func resolve(_ id: MessageID, _ resolution: Resolution) throws -> MessageRecord {
        let message = try actable(id)
        guard message.position.state == .unknown else {
            throw StoreError.conflict(
                "\(id) is \(message.position.state.rawValue), and only an unknown message is resolved")
        }
        let change = MessageChange(
            state: resolution.state,
            nextAttemptAt: resolution == .retry ? message.nextAttempt(from: now) : nil,
            reasonCode: "resolved-\(resolution.rawValue)")
        if resolution == .retry { try renew(message) }
        return try change.apply(to: message, id, messages)
    }

    /// Cancels, holds, releases or retries; a state that forbids it is a conflict, and so is a gate that says no to a retry.
    func act(_ act: MessageAct, on id: MessageID) throws -> MessageRecord {
        let message = try actable(id)
        guard let state = act.result(from: message.position.state, isInDoubt: message.isInDoubt) else {
            let hint =
                switch message.position.state {
                case .unknown: "; outbox resolve settles it"
                case .queued where act == .retry: "; hold and release make it due at once"
                default: ""
                }
            throw StoreError.conflict(
                "\(id) is \(message.position.state.rawValue), and \(act.rawValue) is for "
                    + act.states.map(\.rawValue).joined(separator: ", ") + hint)
        }
        if act == .retry {
            try requireRetryable(message, id)
            try renew(message)
        }
        let change = MessageChange(
            state: state, nextAttemptAt: state == .queued ? message.nextAttempt(from: now) : nil,
            isInDoubt: message.isInDoubt,
            reasonCode: state == .queued ? nil : act.rawValue)
        return try change.apply(to: message, id, messages)
    }

    private func actable(_ id: MessageID) throws -> ActableMessage {
        guard let message = try messages.actable(id) else { throw StoreError.notFound("message \(id)") }
        return message
    }

    private func requireRetryable(_ message: ActableMessage, _ id: MessageID) throws {
        guard message.hasContent else {
            throw StoreError.conflict("the content of \(id) is pruned; it cannot be sent again")
        }
        if let deliverBy = message.deliverBy, deliverBy <= now {
            throw StoreError.conflict("the deliverBy of \(id) is over; send a new message")
        }
        if case .blocked(let reason) = try gate.decide(message.question, dealership: message.dealership) {
            let entry = reason.entry.map { ", \($0)" } ?? ""
            throw StoreError.conflict("\(id) is blocked (\(reason.code)\(entry)) and stays so")
        }
    }

    /// A message that is tried again has a lifetime again.
    private func renew(_ message: ActableMessage) throws {
        let end = message.nextAttempt(from: now) + policy.schedule.lifetime
        try messages.extend(message.position, until: message.deliverBy.map { min($0, end) } ?? end)
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

    private func inserted(_ key: APIKeyRecord) throws -> StoreAnswer {
        try insert(key)
        return .inserted
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
package struct RecordedConsent: Codable, Sendable {
    package let added: [LedgerEntry]
    package let standing: [LedgerEntry]

    /// The entry to show as the receipt.
    package var entry: LedgerEntry? { added.first ?? standing.first }
}

/// Personal evidence, kept beside the chain; the chain has its salted digest.
package struct EvidenceText: Codable, Sendable {
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

extension MessageChange {
    /// Writes the change of an act and returns what the message is now.
    fileprivate func apply(
        to message: ActableMessage, _ id: MessageID, _ messages: MessageTable
    ) throws -> MessageRecord {
        guard try messages.move(message.position, to: self), let record = try messages.record(id) else {
            throw StoreError.conflict("\(id) moved on meanwhile; look again")
        }
        return record
    }
}
