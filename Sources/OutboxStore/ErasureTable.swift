// Erases a person from every table of the list, a bounded number of messages at a time, each step in one transaction. The first step takes
// back everything that waits, so that nothing leaves between two steps; what is accepted after it is not of this erasure. The entries
// `erased` come with the last step: a copy that was made in between does not have them, so that the mirror finds it and the start erases
// again. A message that is being sent refuses the first step, before anything is written.

import Consent
import Delivery
import Domain
import SQLite

struct ErasureTable {
    /// Messages of one step.
    private static let bound = 500

    let connection: Connection

    /// One step; the next one, or nil when nothing is left up to the step's place.
    func erase(_ step: ErasureStep, at now: Timestamp) throws -> (counts: [String: Int], next: ErasureStep?) {
        var counts: [String: Int] = [:]
        let last: Int64
        if let through = step.through {
            last = through
        } else {
            last = try connection.first("SELECT max(seq) FROM message") { $0.integer(0) } ?? 0
            let all = SubjectRows(
                subject: step.subject,
                messages: try SubjectRows.messages(of: step.subject, through: last, connection))
            try refuseSending(all)
            counts["cancelled"] = try cancel(all, from: [.queued, .held, .unknown])
        }
        let rows = SubjectRows(
            subject: step.subject,
            messages: try SubjectRows.messages(
                of: step.subject, through: last, limit: Self.bound, connection))
        try refuseSending(rows)
        for (name, count) in try eraseRows(rows, at: now) { counts[name] = count }
        guard rows.messages.count == Self.bound else { return (counts, nil) }
        return (counts, step.going(through: last))
    }

    /// At the start of an older store that somebody put back: everything of a person that was erased since, at once. Every claim in it is an
    /// earlier process's: in doubt, and therefore cancelled like anything else.
    func eraseAgain(_ subject: Subject, at now: Timestamp) throws {
        let rows = SubjectRows(
            subject: subject, messages: try SubjectRows.messages(of: subject, connection))
        try connection.run(
            """
            \(SubjectRows.selection)
            UPDATE attempt SET outcome = 'unknown', status = 'interrupted', ended_at_ms = ?7
            WHERE outcome IS NULL AND message IN about
            """, rows.values + [.integer(now.milliseconds)])
        precondition(MessageTransition.isAllowed(from: .sending, to: .unknown))
        _ = try cancel(rows, from: [.queued, .held, .unknown, .sending])
        _ = try eraseRows(rows, at: now)
    }

    private func refuseSending(_ rows: SubjectRows) throws {
        let sending = try connection.first(
            "\(SubjectRows.selection) SELECT id FROM message WHERE state = 'sending' AND seq IN about LIMIT 1",
            rows.values
        ) { MessageID(bytes: $0.blob(0)) }
        guard let id = sending ?? nil else { return }
        throw StoreError.inFlight(
            "\(id) is being sent to this person: nothing more is erased, try again when its attempt has ended"
        )
    }

    private func cancel(_ rows: SubjectRows, from states: [MessageState]) throws -> Int {
        for state in states where state != .sending {
            precondition(MessageTransition.isAllowed(from: state, to: .cancelled))
        }
        let words = states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return try connection.run(
            """
            \(SubjectRows.selection)
            UPDATE message SET state = 'cancelled', next_attempt_at_ms = NULL, reason_code = 'erased', reason_entry = NULL
            WHERE seq IN about AND state IN (\(words))
            """, rows.values)
    }

    private func eraseRows(_ rows: SubjectRows, at now: Timestamp) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        let asked = try ProviderErasureTable(connection: connection).queue(rows, at: now)
        if asked > 0 { counts["provider_erasure"] = asked }
        for table in SubjectTable.all {
            if case .buries = table.erasure {
                counts[table.name] = try IdempotencyTable(connection: connection).bury(
                    rows, where: table.condition)
                continue
            }
            for change in table.changes {
                counts[table.name, default: 0] += try connection.run(
                    "\(SubjectRows.selection) \(change)", rows.values)
            }
        }
        return counts
    }
}

/// One bounded step of an erasure.
package struct ErasureStep: Codable, Sendable {
    package let subject: Subject
    package let author: Author
    /// The last message that is of this erasure; nil for the first step, which finds it.
    package private(set) var through: Int64?

    package init(_ subject: Subject, by author: Author) {
        self.subject = subject
        self.author = author
    }

    func going(through last: Int64) -> ErasureStep {
        var next = self
        next.through = last
        return next
    }
}

/// What a step erased, in rows by table, and the next one.
package struct ErasureResult: Codable, Sendable {
    package let counts: [String: Int]
    package let next: ErasureStep?
}
