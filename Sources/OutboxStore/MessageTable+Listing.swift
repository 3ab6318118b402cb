// Messages as they are shown: one by its id, and lists by a filter, newest first, each with its attempts. Nothing here changes a row. A row that
// cannot be read is damage and fails the whole listing, because a list that silently leaves messages out is believed.

import Delivery
import Domain
import SQLite

extension MessageTable {
    private static let columns = """
        seq, id, dealership, contact, state, channel, template, template_digest, purpose, reference, created_at_ms, \
        next_attempt_at_ms, reason_code, reason_entry, resend_of, page_revoked_at_ms, page_openings, \
        page_first_opened_at_ms
        """

    /// A message with its attempts; of very many, the last `attemptLimit`.
    func record(_ id: MessageID, attemptLimit: Int = 100_000) throws -> MessageRecord? {
        try records("id = ?", [.blob(id.bytes)], limit: 1, attemptLimit: attemptLimit).first
    }

    /// The ids of what a filter matches, newest first.
    func ids(_ filter: MessageFilter) throws -> [MessageID] {
        let (condition, values) = condition(filter)
        return try connection.all(
            "SELECT id FROM message WHERE \(condition) ORDER BY seq DESC LIMIT ?",
            values + [.integer(Int64(filter.limit))]
        ) { MessageID(bytes: $0.blob(0)) }.compactMap { $0 }
    }

    private func condition(_ filter: MessageFilter) -> (String, [SQLValue]) {
        var conditions: [String] = []
        var values: [SQLValue] = []
        func add(_ condition: String, _ value: SQLValue?) {
            guard let value else { return }
            conditions.append(condition)
            values.append(value)
        }
        add("state = ?", filter.state.map { .text($0.rawValue) })
        if !filter.states.isEmpty {
            let slots = filter.states.map { _ in "?" }.joined(separator: ", ")
            conditions.append("state IN (\(slots))")
            values += filter.states.map { .text($0.rawValue) }
        }
        add("dealership = ?", filter.dealership.map { .text($0.text) })
        add("contact = ?", filter.contact.map { .blob($0.bytes) })
        add("channel = ?", filter.channel.map { .text($0.rawValue) })
        add("reference = ?", filter.reference.map { .text($0) })
        add("created_at_ms >= ?", filter.since.map { .integer($0.milliseconds) })
        if let before = filter.before {
            // Another dealership's message is as if it were not there.
            let scope = filter.dealership.map { _ in " AND dealership = ?" } ?? ""
            conditions.append("seq < (SELECT seq FROM message WHERE id = ?\(scope))")
            values += [.blob(before.bytes)] + (filter.dealership.map { [.text($0.text)] } ?? [])
        }
        if filter.isNotResent {
            conditions.append(
                "resend_of IS NULL AND id NOT IN (SELECT resend_of FROM message WHERE resend_of IS NOT NULL)")
        }
        return (conditions.isEmpty ? "TRUE" : conditions.joined(separator: " AND "), values)
    }

    func records(_ filter: MessageFilter, attemptLimit: Int) throws -> [MessageRecord] {
        let (condition, values) = condition(filter)
        return try records(condition, values, limit: filter.limit, attemptLimit: attemptLimit)
    }

    private func records(
        _ condition: String, _ values: [SQLValue], limit: Int, attemptLimit: Int
    ) throws -> [MessageRecord] {
        let found = try connection.all(
            "SELECT \(Self.columns) FROM message WHERE \(condition) ORDER BY seq DESC LIMIT ?",
            values + [.integer(Int64(limit))]
        ) { row in (row.integer(0), MessageRecord.read(row)) }
        return try found.map { seq, result in
            var record = try result.get()
            record.attempts = try attempts(of: seq, limit: attemptLimit)
            return record
        }
    }

    private func attempts(of seq: Int64, limit: Int) throws -> [AttemptRecord] {
        try connection.all(
            """
            SELECT at_ms, channel, provider, outcome, status, reply FROM attempt
            WHERE message = ? ORDER BY fence DESC LIMIT ?
            """, [.integer(seq), .integer(Int64(limit))]
        ) { row in
            AttemptRecord(
                at: Timestamp(milliseconds: row.integer(0)),
                channel: Channel(rawValue: row.text(1)) ?? .email,
                provider: row.text(2), outcome: row.optionalText(3).flatMap(Outcome.init(rawValue:)),
                status: row.optionalText(4), reply: row.optionalText(5))
        }.reversed()
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
                reasonEntry: row.optionalBlob(13).flatMap(LedgerEntryID.init(bytes:)),
                resendOf: row.optionalBlob(14).flatMap(MessageID.init(bytes:)),
                revokedAt: row.optionalInteger(15).map(Timestamp.init(milliseconds:)),
                openings: row.optionalInteger(17).map {
                    PageOpenings(count: row.integer(16), firstAt: Timestamp(milliseconds: $0))
                }))
    }
}
