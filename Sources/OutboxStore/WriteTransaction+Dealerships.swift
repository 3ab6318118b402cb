// What is done to a whole dealership: its record is put, nothing of it leaves for a while, or it leaves itself. A hold counts at once, because
// the claim looks at it; the messages are moved step by step, so that the store's thread is not held by a long queue. The
// indexes are named, because SQLite would rather read all that a dealership ever sent.

import Delivery
import Domain
import JSON
import SQLite

extension WriteTransaction {
    var dealerships: DealershipTable { DealershipTable(connection: connection) }

    /// Messages moved by one step.
    private static let holdBound = 500
    static let heldReason = "dealership-held"
    static let quotaReason = "quota"
    /// The number is in a country that the dealership does not send to.
    static let countryReason = "country"

    /// Creates or replaces; true when the dealership has no record yet.
    ///
    /// - Parameter known: the record that its writer has read; another one by now is a conflict. Nil: whatever it is.
    func put(_ id: DealershipID, record: String, replacing known: String?) throws -> Bool {
        let current = try dealerships.record(id)
        guard known == nil || known == current else {
            throw StoreError.conflict("the record was changed meanwhile: read it again, then put yours")
        }
        try dealerships.put(id, record, at: now)
        try webhooks.follow(try Self.webhooks(of: record), dealership: id)
        bell.mark()
        return current == nil
    }

    /// The webhooks of a file, which was checked before it came here.
    private static func webhooks(of record: String) throws -> [WebhookEndpoint] {
        do {
            return try WebhookEndpoint.all(try JSONObjectReader(try JSONValue(parsing: Array(record.utf8))))
        } catch {
            throw StoreError.refused(ValueError("the dealership's file cannot be read: \(error)"))
        }
    }

    /// Ends the record and the keys. The ledger and the messages stay until their terms are over, and so do the links in them.
    func remove(_ id: DealershipID) throws {
        guard try dealerships.record(id) != nil else { throw StoreError.notFound("dealership \(id)") }
        let waiting = try connection.all(
            """
            SELECT state, count(*) FROM message INDEXED BY message_due
                WHERE next_attempt_at_ms IS NOT NULL AND dealership = ?1 GROUP BY state
            UNION SELECT 'sending', count(*) FROM message INDEXED BY message_sending
                WHERE state = 'sending' AND dealership = ?1
            UNION SELECT state, count(*) FROM message
                WHERE state IN ('held', 'unknown') AND next_attempt_at_ms IS NULL AND dealership = ?1 GROUP BY state
            """, [.text(id.text)]
        ) { (state: $0.text(0), count: $0.integer(1)) }.filter { $0.count > 0 }
        guard waiting.isEmpty else {
            let list = waiting.map { "\($0.count) \($0.state)" }.sorted().joined(separator: ", ")
            throw StoreError.conflict(
                "\(id) has messages that wait or are in doubt (\(list)): cancel or resolve them first")
        }
        try dealerships.end(id, at: now)
        try KeyTable(connection: connection).revokeAll(of: id, at: now)
        try webhooks.follow([], dealership: id)
        try connection.run("DELETE FROM quota_use WHERE dealership = ?", [.text(id.text)])
    }

    /// One step of a hold or of its end.
    func hold(_ step: HoldStep) throws -> HoldResult {
        if step.isFirst {
            guard try dealerships.record(step.dealership) != nil else {
                throw StoreError.notFound("dealership \(step.dealership)")
            }
            try dealerships.setHold(step.isHeld, step.dealership, at: now)
        } else if try (dealerships.state(step.dealership) == .held) != step.isHeld {
            // Somebody ordered the opposite between two steps.
            return HoldResult(count: 0, isDone: true)
        }
        let count = step.isHeld ? try holdQueued(step.dealership) : try releaseHeld(step.dealership)
        return HoldResult(count: count, isDone: count < Self.holdBound)
    }

    /// What is queued is held. What is in doubt stays so: its claim finds the hold.
    private func holdQueued(_ dealership: DealershipID) throws -> Int {
        let positions = try connection.all(
            """
            SELECT seq, state, fence FROM message INDEXED BY message_due
            WHERE next_attempt_at_ms IS NOT NULL AND dealership = ? AND state = 'queued' LIMIT ?
            """, [.text(dealership.text), .integer(Int64(Self.holdBound))]
        ) { MessagePosition($0.integer(0), $0.text(1), $0.integer(2)) }.compactMap(\.self)
        for position in positions {
            _ = try messages.move(
                position, to: MessageChange(state: .held, reasonCode: Self.heldReason), at: now)
        }
        return positions.count
    }

    private func releaseHeld(_ dealership: DealershipID) throws -> Int {
        let ids = try connection.all(
            """
            SELECT id FROM message WHERE dealership = ? AND state IN ('held', 'unknown') AND state = 'held'
                AND reason_code = ? ORDER BY seq LIMIT ?
            """,
            [.text(dealership.text), .text(Self.heldReason), .integer(Int64(Self.holdBound))]
        ) { MessageID(bytes: $0.blob(0)) }.compactMap(\.self)
        for id in ids { _ = try act(.release, on: id) }
        return try ids.count + resumeInDoubt(dealership, limit: Self.holdBound - ids.count)
    }

    /// What was in doubt when the hold met it gets its one more try after all.
    private func resumeInDoubt(_ dealership: DealershipID, limit: Int) throws -> Int {
        let positions = try connection.all(
            """
            SELECT seq, state, fence FROM message WHERE dealership = ? AND state IN ('held', 'unknown') AND state = 'unknown'
                AND next_attempt_at_ms IS NULL AND reason_code = ? ORDER BY seq LIMIT ?
            """, [.text(dealership.text), .text(Self.heldReason), .integer(Int64(limit))]
        ) { MessagePosition($0.integer(0), $0.text(1), $0.integer(2)) }.compactMap(\.self)
        for position in positions {
            let change = MessageChange(
                state: .unknown, nextAttemptAt: now, isInDoubt: true, reasonCode: Self.heldReason)
            _ = try messages.move(position, to: change, at: now)
        }
        return positions.count
    }

    /// Nothing of a dealership leaves that is held, or that has left itself.
    func requireSending(_ dealership: DealershipID) throws {
        switch try dealerships.state(dealership) {
        case .active: break
        case .held:
            throw StoreError.conflict(
                "dealership \(dealership) is held: relais dealership release \(dealership)")
        case .absent:
            throw StoreError.conflict(
                "dealership \(dealership) has no record: nothing is sent in its name")
        }
    }

    // MARK: Quotas

    /// Counts a message that is about to be accepted, its SMS also where that only follows a refused e-mail; true when it is beyond the
    /// dealership's quota. The dealership is told once a day. An e-mail goes without its SMS when there are no segments left for that.
    func isBeyondQuota(_ acceptance: Acceptance, _ choice: inout ContentChoice) throws -> Bool {
        guard let quota = acceptance.quota else { return false }
        let place: [SQLValue] = [.text(acceptance.dealership.text), .text(quota.day)]
        let segments = choice.later.reduce(choice.content.segments) { $0 + $1.segments }
        let use = try connection.first(
            """
            INSERT INTO quota_use (dealership, day, messages, segments) VALUES (?1, ?2, 1, ?3)
            ON CONFLICT (dealership, day) DO UPDATE SET messages = messages + 1, segments = segments + ?3
            RETURNING messages, is_told, segments
            """, place + [.integer(Int64(segments))]
        ) { (messages: $0.integer(0), isTold: $0.integer(1) == 1, segments: $0.integer(2)) }
        guard let use else { return false }
        if use.messages == 1 {
            try connection.run("DELETE FROM quota_use WHERE dealership = ? AND day < ?", place)
        }
        let isBeyondSegments = quota.segments.map { segments > 0 && use.segments > $0 } == true
        if isBeyondSegments { choice.later.removeAll { $0.channel == .sms } }
        guard
            isBeyondSegments && choice.content.channel == .sms
                || quota.messages.map({ use.messages > $0 }) == true
        else { return false }
        if !use.isTold {
            try events.tell(quotaReachedBy: acceptance.id, acceptance.dealership, at: now)
            try connection.run(
                "UPDATE quota_use SET is_told = 1 WHERE dealership = ? AND day = ?", place)
        }
        return true
    }
}

/// One bounded step of holding a dealership, or of letting it go on.
package struct HoldStep: Codable, Sendable {
    package let dealership: DealershipID
    package let isHeld: Bool
    /// Gives the order; the others carry it out.
    package var isFirst = true
}

/// What a step moved.
package struct HoldResult: Codable, Sendable {
    package let count: Int
    package let isDone: Bool
}
