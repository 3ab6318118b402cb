// What is over its term: bodies, envelopes and requests (`content`), later whole messages with their attempts, and evidence. It is walked from
// the oldest, a bounded number at a time, so that the store thread is never held for long; a walk that begins where content
// begins does not read the messages whose content is gone. What still has to leave, or is held, or may be tried again, stays.

import Domain
import SQLite

struct RetentionTable {
    /// Rows looked at by one step.
    private static let bound = 500

    let connection: Connection

    /// Removes what a step finds.
    func prune(_ step: RetentionStep) throws -> RetentionResult {
        switch step.subject {
        case .evidence: return try EvidenceTable(connection: connection).prune(step)
        case .events: return try EventTable(connection: connection, bell: nil).prune(step)
        case .content, .messages: break
        }
        let (rows, next) = try walk(step)
        for row in rows { try remove(row, step.subject) }
        return RetentionResult(count: rows.count, next: next)
    }

    /// How much of one kind is over its term, from this step on.
    func count(_ first: RetentionStep) throws -> Int {
        switch first.subject {
        case .evidence: return try EvidenceTable(connection: connection).count(before: first.before)
        case .events: return try EventTable(connection: connection, bell: nil).count(before: first.before)
        case .content, .messages: break
        }
        var count = 0
        var step: RetentionStep? = first
        while let current = step {
            let (rows, next) = try walk(current)
            count += rows.count
            step = next
        }
        return count
    }

    /// The rows of a step that are over their term, and where to go on.
    private func walk(_ step: RetentionStep) throws -> (rows: [Int64], next: RetentionStep?) {
        let found = try connection.all(
            """
            SELECT m.seq, m.created_at_ms >= ?, max(m.created_at_ms, coalesce(m.not_before_ms, 0)) < ? AND \
            (m.state NOT IN ('queued', 'sending', 'held', 'unknown') OR (\(step.subject.reachesUnknown ? "TRUE" : "FALSE") \
            AND m.state = 'unknown' AND m.next_attempt_at_ms IS NULL))
            FROM \(step.subject.table) WHERE \(step.subject.key) > ? ORDER BY \(step.subject.key) LIMIT ?
            """,
            [
                .integer(step.before.milliseconds), .integer(step.before.milliseconds), .integer(step.after),
                .integer(Int64(Self.bound)),
            ]
        ) { (seq: $0.integer(0), isYoung: $0.integer(1) == 1, isOver: $0.integer(2) == 1) }
        let old = found.prefix { !$0.isYoung }
        var next: RetentionStep?
        if old.count == Self.bound, let last = old.last {
            next = step
            next?.after = last.seq
        }
        return (old.filter(\.isOver).map(\.seq), next)
    }

    private func remove(_ seq: Int64, _ subject: RetentionStep.Subject) throws {
        try connection.run("DELETE FROM content WHERE message = ?", [.integer(seq)])
        guard subject == .messages else { return }
        try connection.run(
            "DELETE FROM event WHERE message = (SELECT id FROM message WHERE seq = ?)", [.integer(seq)])
        try connection.run("DELETE FROM attempt WHERE message = ?", [.integer(seq)])
        try connection.run("DELETE FROM message WHERE seq = ?", [.integer(seq)])
    }
}

/// One bounded step of a retention run.
package struct RetentionStep: Codable, Sendable {
    package enum Subject: String, Codable, Sendable, CaseIterable {
        /// Bodies, envelopes and requests.
        case content
        /// Messages with their attempts, and the events about them.
        case messages
        /// Evidence of ledger entries.
        case evidence
        /// What dealerships were told.
        case events

        fileprivate var table: String {
            self == .content ? "content c JOIN message m ON m.seq = c.message" : "message m"
        }
        fileprivate var key: String { self == .content ? "c.message" : "m.seq" }
        /// A doubt that nobody resolved keeps its record, not its content.
        fileprivate var reachesUnknown: Bool { self == .content }
    }

    package var subject: Subject
    /// What was accepted, was to begin, or was recorded before this moment is over its term.
    package var before: Timestamp
    /// The last row that was looked at.
    package var after: Int64 = 0

    package init(_ subject: Subject, before: Timestamp) {
        self.subject = subject
        self.before = before
    }
}

/// What a step removed, and the next one.
package struct RetentionResult: Codable, Sendable {
    package let count: Int
    package let next: RetentionStep?
}
