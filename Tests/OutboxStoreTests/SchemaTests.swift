// What the file itself refuses, whoever writes it, and that the two hottest lookups use their index.

import Foundation
import SQLite
import Support
import Testing

struct SchemaTests {
    /// Statements on a store with one queued, one sending and one settled message, and one ledger entry.
    private static let impossible: [(statement: String, reason: String)] = [
        ("UPDATE message SET state = 'nonsense'", "CHECK"),
        ("UPDATE message SET state = 'sent' WHERE state = 'queued'", "CHECK"),
        ("UPDATE message SET next_attempt_at_ms = NULL WHERE state = 'queued'", "CHECK"),
        ("UPDATE message SET next_attempt_at_ms = 1 WHERE state = 'sending'", "CHECK"),
        ("UPDATE message SET state = 'queued' WHERE state = 'sending'", "CHECK"),
        ("UPDATE message SET state = 'blocked', reason_code = NULL WHERE state = 'sent'", "CHECK"),
        ("UPDATE message SET state = 'unknown', is_in_doubt = 0", "CHECK"),
        ("UPDATE message SET is_in_doubt = 1 WHERE state = 'queued'", "CHECK"),
        ("UPDATE message SET priority = 'soon'", "CHECK"),
        ("UPDATE message SET class = 'spam'", "CHECK"),
        ("UPDATE message SET channel = 'fax'", "CHECK"),
        ("UPDATE message SET fence = -1", "CHECK"),
        ("UPDATE message SET route_position = -1", "CHECK"),
        ("UPDATE message SET page_openings = -1", "CHECK"),
        ("UPDATE message SET resend_of = x'00'", "CHECK"),
        ("UPDATE message SET contact = x'00'", "CHECK"),
        ("UPDATE message SET template_digest = x'00'", "CHECK"),
        ("UPDATE message SET id = x'00'", "CHECK"),
        ("UPDATE message SET created_at_ms = 'today'", "cannot store TEXT"),
        ("UPDATE message SET dealership = 'nobody'", "FOREIGN KEY"),
        (
            "INSERT INTO message SELECT 99, id, dealership, contact, customer, other_address, state, channel, "
                + "template, template_digest, purpose, class, reference, created_at_ms, priority, coalesce_key, "
                + "not_before_ms, deliver_by_ms, expires_at_ms, next_attempt_at_ms, is_in_doubt, fence, tries, "
                + "reason_code, reason_entry, route_position, resend_of, gate_at_ms, gate_seq, gate_counts_customer, gate_verdict, gate_entry, "
                + "page_revoked_at_ms, page_openings, page_first_opened_at_ms, page_last_opened_at_ms FROM message LIMIT 1",
            "UNIQUE"
        ),
        ("DELETE FROM message", "FOREIGN KEY"),
        ("UPDATE content SET body = x''", "CHECK"),
        ("INSERT INTO content VALUES (99, 's', 'r', x'00', NULL)", "FOREIGN KEY"),
        ("UPDATE attempt SET outcome = 'perhaps'", "CHECK"),
        ("UPDATE attempt SET outcome = 'accepted', ended_at_ms = NULL", "CHECK"),
        ("UPDATE attempt SET outcome = NULL, ended_at_ms = 1", "CHECK"),
        ("INSERT INTO attempt SELECT * FROM attempt LIMIT 1", "UNIQUE"),
        ("DELETE FROM dealership", "FOREIGN KEY"),
        ("UPDATE ledger SET scope = 'marketing'", "ledger entries are never changed"),
        ("UPDATE ledger SET seq = 2", "ledger entries are never changed"),
        ("DELETE FROM ledger", "ledger entries are never removed"),
        ("DELETE FROM ledger WHERE seq = 1", "ledger entries are never removed"),
        (
            "INSERT INTO ledger SELECT dealership, 0, x'000102030405060708090a0b0c0d0e0f', prev_hash, hash, contact, "
                + "related_contact, channel, scope, event, refers_to, occurred_at_ms, recorded_at_ms, method, actor, "
                + "notice_digest, evidence_digest FROM ledger", "CHECK"
        ),
        (
            "INSERT INTO api_key (id, dealership, secret_digest, scopes, created_at_ms) "
                + "VALUES (zeroblob(16), 'garage-nord', x'00', 'send', 1)", "CHECK"
        ),
        (
            "INSERT INTO api_key (id, dealership, secret_digest, scopes, created_at_ms) "
                + "VALUES (zeroblob(16), 'nobody', zeroblob(32), 'send', 1)", "FOREIGN KEY"
        ),
        (
            "INSERT INTO api_key (id, secret_digest, scopes, created_at_ms) "
                + "VALUES (zeroblob(16), zeroblob(32), 'admin,send', 1)", "CHECK"
        ),
    ]

    @Test func theFileRefusesWhatCannotBe() throws {
        let fixture = try StoreFixture()
        try fixture.accept(fixture.acceptance("sent@example.lu"))
        try fixture.settle(#require(try fixture.claim()), .accepted)
        try fixture.accept(fixture.acceptance("sending@example.lu"))
        _ = try fixture.claim()
        try fixture.accept(fixture.acceptance("queued@example.lu"))
        try fixture.record(of: "paul@example.lu")
        let raw = try fixture.rawConnection()
        for (statement, reason) in Self.impossible {
            do {
                try raw.run(statement)
                Issue.record("was taken: \(statement)")
            } catch {
                #expect(error.isConstraint, "\(statement): \(error)")
                #expect(error.message.contains(reason), "\(statement): \(error.message)")
            }
        }
        #expect(try fixture.messages().map(\.state) == [.queued, .sending, .sent])
    }

    @Test func theClaimReadsOnlyWhatIsDue() throws {
        let statement = try source(
            "Sources/OutboxStore/MessageTable.swift", after: "func firstDue(", quote: "\"\"\"")
        let plan = try plan(of: statement, parameters: 5)
        let access =
            "USING COVERING INDEX message_due (channel=? AND route_position=? AND priority=? AND next_attempt_at_ms<?)"
        #expect(plan.contains { $0.contains(access) }, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN") || $0.contains("TEMP B-TREE") }, "\(plan)")
        let next = try source(
            "Sources/OutboxStore/MessageTable.swift", after: "func nextDue(", quote: "\"\"\"")
        #expect(try self.plan(of: next, parameters: 4).allSatisfy { $0.contains("message_due") })
    }

    @Test func theGateReadsOnlyThePersonsEntries() throws {
        let statement = try source(
            "Sources/OutboxStore/LedgerTable.swift", after: "func entries(", quote: "\"\"\"")
        let plan = try plan(of: statement.replacing("\\(Self.columns)", with: "*"), parameters: 4)
        #expect(
            plan.contains { $0.contains("USING INDEX ledger_contact (dealership=? AND contact=?)") },
            "\(plan)")
    }

    /// The first text in quotation marks behind a place in a source file, so that what is judged is what runs.
    private func source(_ file: String, after mark: String, quote: String) throws -> String {
        let text = try RepositoryFolder.text(of: file)
        let start = try #require(text.range(of: mark)?.upperBound)
        let opening = try #require(text.range(of: quote, range: start..<text.endIndex)?.upperBound)
        let closing = try #require(text.range(of: quote, range: opening..<text.endIndex)?.lowerBound)
        return String(text[opening..<closing])
    }

    private func plan(of statement: String, parameters: Int) throws -> [String] {
        let fixture = try StoreFixture()
        return try fixture.rawConnection().all(
            "EXPLAIN QUERY PLAN " + statement, [SQLValue](repeating: .null, count: parameters)
        ) { $0.text(3) }
    }
}
