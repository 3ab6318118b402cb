// The rows of messages, their content and their attempts. Every change of a state goes through one statement that names the
// states it may come from, checked against Delivery's transition table: a change that the table forbids cannot be written.

import Consent
import Delivery
import Domain
import SQLite

struct MessageTable {
    let connection: Connection

    func insert(_ acceptance: Acceptance, state: MessageState, reason: BlockReason?) throws {
        let isQueued = state == .queued
        try connection.run(
            """
            INSERT INTO message (id, dealership, contact, customer, other_address, state, channel, template,
                template_digest, purpose, class, reference, created_at_ms, next_attempt_at_ms, reason_code, reason_entry)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .blob(acceptance.id.bytes), .text(acceptance.dealership.text),
                .blob(acceptance.references.address.bytes), .blob(acceptance.references.customer?.bytes),
                .blob(acceptance.references.otherAddress?.bytes), .text(state.rawValue),
                .text(acceptance.channel.rawValue), .text(acceptance.template),
                .blob(acceptance.templateDigest),
                .text(acceptance.purpose.text), .text(acceptance.class.rawValue), .text(acceptance.reference),
                .integer(acceptance.createdAt.milliseconds),
                .integer(isQueued ? acceptance.createdAt.milliseconds : nil), .text(reason?.code),
                .blob(reason?.entry?.bytes),
            ])
        try connection.run(
            "INSERT INTO content (message, sender, recipient, body) VALUES (last_insert_rowid(), ?, ?, ?)",
            [.text(acceptance.sender), .text(acceptance.recipient), .blob(acceptance.body)])
    }

    /// Moves one message on; false when it is no longer in `state` under this fence.
    func move(
        _ seq: Int64, from state: MessageState, fence: Int64, to next: MessageState,
        nextAttemptAt: Timestamp? = nil,
        reasonCode: String? = nil, reasonEntry: LedgerEntryID? = nil
    ) throws -> Bool {
        precondition(MessageTransition.isAllowed(from: state, to: next), "\(state) never becomes \(next)")
        let changed = try connection.run(
            """
            UPDATE message SET state = ?, next_attempt_at_ms = ?, reason_code = ?, reason_entry = ?
            WHERE seq = ? AND state = ? AND fence = ?
            """,
            [
                .text(next.rawValue), .integer(nextAttemptAt?.milliseconds), .text(reasonCode),
                .blob(reasonEntry?.bytes), .integer(seq), .text(state.rawValue), .integer(fence),
            ])
        return changed == 1
    }

    /// Raises the fence of a queued message and writes the attempt: from here on it may have been sent.
    func startAttempt(_ due: DueMessage, provider: String, at now: Timestamp) throws {
        precondition(MessageTransition.isAllowed(from: .queued, to: .sending))
        try connection.run(
            """
            UPDATE message SET state = 'sending', next_attempt_at_ms = NULL, fence = fence + 1, reason_code = NULL,
                reason_entry = NULL WHERE seq = ? AND state = 'queued'
            """,
            [.integer(due.seq)])
        try connection.run(
            "INSERT INTO attempt (message, fence, at_ms, channel, provider) VALUES (?, ?, ?, ?, ?)",
            [
                .integer(due.seq), .integer(due.fence + 1), .integer(now.milliseconds),
                .text(due.channel.rawValue),
                .text(provider),
            ])
    }

    /// The message that has been due longest.
    func firstDue(channel: Channel, at now: Timestamp) throws -> DueMessage? {
        try connection.first(
            """
            SELECT m.seq, m.id, m.fence, m.created_at_ms, m.dealership, m.purpose, m.class, m.contact, m.customer,
                m.other_address, c.sender, c.recipient, c.body
            FROM message m JOIN content c ON c.message = m.seq
            WHERE m.state = 'queued' AND m.next_attempt_at_ms <= ? AND m.channel = ?
            ORDER BY m.next_attempt_at_ms, m.seq LIMIT 1
            """,
            [.integer(now.milliseconds), .text(channel.rawValue)]
        ) { row in Result { try DueMessage(row, channel: channel) } }?.get()
    }

    /// When the next queued message of a channel becomes due; nil when none waits.
    func nextDue(channel: Channel) throws -> Timestamp? {
        try connection.first(
            """
            SELECT next_attempt_at_ms FROM message WHERE state = 'queued' AND channel = ?
            ORDER BY next_attempt_at_ms, seq LIMIT 1
            """, [.text(channel.rawValue)]
        ) { Timestamp(milliseconds: $0.integer(0)) }
    }

    private static let columns = """
        seq, id, dealership, contact, state, channel, template, template_digest, purpose, reference, created_at_ms, \
        next_attempt_at_ms, reason_code, reason_entry
        """

    func record(_ id: MessageID) throws -> MessageRecord? {
        try records("id = ?", [.blob(id.bytes)], limit: 1).first
    }

    func records(_ filter: MessageFilter) throws -> [MessageRecord] {
        var conditions: [String] = []
        var values: [SQLValue] = []
        func add(_ condition: String, _ value: SQLValue?) {
            guard let value else { return }
            conditions.append(condition)
            values.append(value)
        }
        add("state = ?", filter.state.map { .text($0.rawValue) })
        add("dealership = ?", filter.dealership.map { .text($0.text) })
        add("contact = ?", filter.contact.map { .blob($0.bytes) })
        add("channel = ?", filter.channel.map { .text($0.rawValue) })
        add("reference = ?", filter.reference.map { .text($0) })
        add("created_at_ms >= ?", filter.since.map { .integer($0.milliseconds) })
        return try records(
            conditions.isEmpty ? "TRUE" : conditions.joined(separator: " AND "), values, limit: filter.limit)
    }

    private func records(_ condition: String, _ values: [SQLValue], limit: Int) throws -> [MessageRecord] {
        let found = try connection.all(
            "SELECT \(Self.columns) FROM message WHERE \(condition) ORDER BY seq DESC LIMIT ?",
            values + [.integer(Int64(limit))]
        ) { row in (row.integer(0), MessageRecord.read(row)) }
        return try found.map { seq, result in
            var record = try result.get()
            record.attempts = try attempts(of: seq)
            return record
        }
    }

    private func attempts(of seq: Int64) throws -> [AttemptRecord] {
        try connection.all(
            "SELECT at_ms, channel, provider, outcome, status, reply FROM attempt WHERE message = ? ORDER BY fence",
            [.integer(seq)]
        ) { row in
            AttemptRecord(
                at: Timestamp(milliseconds: row.integer(0)),
                channel: Channel(rawValue: row.text(1)) ?? .email,
                provider: row.text(2), outcome: row.optionalText(3).flatMap(Outcome.init(rawValue:)),
                status: row.optionalText(4), reply: row.optionalText(5))
        }
    }

    /// Where a message stands, for an act on it.
    func position(_ id: MessageID) throws -> (seq: Int64, state: MessageState, fence: Int64)? {
        try connection.first("SELECT seq, state, fence FROM message WHERE id = ?", [.blob(id.bytes)]) { row in
            MessageState(rawValue: row.text(1)).map { (row.integer(0), $0, row.integer(2)) }
        } ?? nil
    }
}

extension MessageRecord {
    /// Reads a row of `columns`; a row that this version cannot read is damage, not input.
    fileprivate static func read(_ row: SQLRow) -> Result<MessageRecord, StoreError> {
        guard let id = MessageID(bytes: row.blob(1)), let dealership = try? DealershipID(row.text(2)),
            let contact = ContactReference(bytes: row.blob(3)),
            let state = MessageState(rawValue: row.text(4)),
            let channel = Channel(rawValue: row.text(5)), let purpose = try? Purpose(row.text(8))
        else { return .failure(.unusable("message row \(row.integer(0)) cannot be read")) }
        return .success(
            MessageRecord(
                id: id, dealership: dealership, contact: contact, state: state, channel: channel,
                template: row.text(6), templateDigest: row.blob(7), purpose: purpose,
                reference: row.optionalText(9),
                createdAt: Timestamp(milliseconds: row.integer(10)),
                nextAttemptAt: row.optionalInteger(11).map(Timestamp.init(milliseconds:)), attempts: [],
                reasonCode: row.optionalText(12),
                reasonEntry: row.optionalBlob(13).flatMap(LedgerEntryID.init(bytes:))))
    }
}
