// The rows of messages, their content and their attempts. Every change of a state goes through one statement that names the
// states it may come from, checked against Delivery's transition table: a change that the table forbids cannot be written.

import Consent
import Delivery
import Domain
import SQLite

struct MessageTable {
    let connection: Connection
    /// Told of what goes to webhooks; nil for whoever only reads.
    var bell: CommitBell?

    func insert(
        _ acceptance: Acceptance, _ choice: ContentChoice, holdReason: String?, lifetime: Duration
    ) throws {
        let (content, reason) = (choice.content, choice.block)
        let state: MessageState = reason != nil ? .blocked : holdReason != nil ? .held : .queued
        let timing = acceptance.timing
        let start = timing.start(createdAt: acceptance.createdAt)
        let end = timing.end(createdAt: acceptance.createdAt, lifetime: lifetime)
        try connection.run(
            """
            INSERT INTO message (id, dealership, contact, customer, other_address, state, channel, template,
                template_digest, purpose, class, reference, created_at_ms, priority, coalesce_key, not_before_ms,
                deliver_by_ms, expires_at_ms, next_attempt_at_ms, reason_code, reason_entry, resend_of,
                \(GateDecision.columns.joined(separator: ", ")))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .blob(acceptance.id.bytes), .text(acceptance.dealership.text),
                .blob(content.references.address.bytes), .blob(content.references.customer?.bytes),
                .blob(content.references.otherAddress?.bytes), .text(state.rawValue),
                .text(content.channel.rawValue), .text(acceptance.template),
                .blob(acceptance.templateDigest), .text(acceptance.purpose.text),
                .text(acceptance.class.rawValue), .text(acceptance.reference),
                .integer(acceptance.createdAt.milliseconds), .text(timing.priority.rawValue),
                .text(timing.coalesceKey), .integer(timing.notBefore?.milliseconds),
                .integer(timing.deliverBy?.milliseconds),
                .integer(end.milliseconds), .integer(state == .queued ? start.milliseconds : nil),
                .text(reason?.code ?? holdReason), .blob(reason?.entry?.bytes),
                .blob(acceptance.resendOf?.bytes),
            ] + choice.decision.values)
        try connection.run(
            """
            INSERT INTO content (message, sender, recipient, body, request)
            VALUES (last_insert_rowid(), ?, ?, ?, ?)
            """,
            [
                .text(content.sender), .text(content.recipient), .blob(content.body),
                .text(acceptance.request),
            ])
        guard EventType(state) != nil || !choice.later.isEmpty,
            let seq = try connection.first("SELECT last_insert_rowid()", [], { $0.integer(0) })
        else { return }
        if reason == nil { try LaterContentTable(connection: connection).insert(choice.later, of: seq) }
        if EventType(state) != nil { try events.tell(message: seq, at: acceptance.createdAt) }
    }

    private var events: EventTable { EventTable(connection: connection, bell: bell) }

    /// Moves one message on, and tells of it; false when it is no longer where `position` says.
    ///
    /// - Parameter decision: what the gate said, when it was asked for this.
    func move(
        _ position: MessagePosition, to change: MessageChange, at now: Timestamp,
        by decision: GateDecision? = nil
    ) throws -> Bool {
        precondition(
            change.state == position.state
                || MessageTransition.isAllowed(from: position.state, to: change.state),
            "\(position.state) never becomes \(change.state)")
        let changed = try connection.run(
            """
            UPDATE message SET state = ?, next_attempt_at_ms = ?, is_in_doubt = ?, reason_code = ?, reason_entry = ?,
                route_position = COALESCE(?, route_position), fence = fence + ?\(decision == nil ? "" : Self.gateColumns)
            WHERE seq = ? AND state = ? AND fence = ?
            """,
            [
                .text(change.state.rawValue), .integer(change.nextAttemptAt?.milliseconds),
                .integer(change.isInDoubt ? 1 : 0), .text(change.reasonCode),
                .blob(change.reasonEntry?.bytes), .integer(change.routePosition.map(Int64.init)),
                .integer(change.raisesFence ? 1 : 0),
            ] + (decision?.values ?? []) + [
                .integer(position.seq), .text(position.state.rawValue), .integer(position.fence),
            ])
        guard changed == 1 else { return false }
        if change.state != position.state, EventType(change.state) != nil {
            try events.tell(message: position.seq, at: now)
        }
        return true
    }

    private static let gateColumns = GateDecision.columns.map { ", \($0) = ?" }.joined()

    /// Charges an attempt to the message that is still in it; one that settles late charges nobody.
    func charge(_ position: MessagePosition) throws {
        try connection.run(
            "UPDATE message SET tries = tries + 1 WHERE seq = ? AND fence = ? AND state = 'sending'",
            [.integer(position.seq), .integer(position.fence)])
    }

    /// Takes a row that cannot be used out of the line: `held`, for a person to look at.
    func setAside(_ seq: Int64, at now: Timestamp) throws {
        precondition(MessageTransition.isAllowed(from: .queued, to: .held))
        precondition(MessageTransition.isAllowed(from: .unknown, to: .held))
        let changed = try connection.run(
            """
            UPDATE message SET state = 'held', next_attempt_at_ms = NULL, reason_code = 'unreadable'
            WHERE seq = ? AND state IN ('queued', 'unknown')
            """, [.integer(seq)])
        if changed == 1 { try events.tell(message: seq, at: now) }
    }

    /// Attempts during which the process ended.
    func interruptedCount(_ position: MessagePosition) throws -> Int64 {
        try connection.first(
            "SELECT count(*) FROM attempt WHERE message = ? AND status = 'interrupted'",
            [.integer(position.seq)]
        ) { $0.integer(0) } ?? 0
    }

    /// Gives a message that is tried again another end of trying, and all its tries.
    func extend(_ position: MessagePosition, until end: Timestamp) throws {
        try connection.run(
            "UPDATE message SET expires_at_ms = ?, tries = 0 WHERE seq = ?",
            [.integer(end.milliseconds), .integer(position.seq)])
    }

    /// Raises the fence of a due message and writes the attempt: from here on it may have been sent. It is at its provider's place in
    /// the route now, wherever it waited: should the attempt end in doubt, it stays there.
    func startAttempt(
        _ due: DueMessage, _ request: ClaimRequest, _ decision: GateDecision, at now: Timestamp
    ) throws {
        let change = MessageChange(
            state: .sending, isInDoubt: due.isInDoubt, routePosition: request.position, raisesFence: true)
        guard try move(due.position, to: change, at: now, by: decision) else {
            throw StoreError.conflict("\(due.id) moved while it was claimed")
        }
        try connection.run(
            "INSERT INTO attempt (message, fence, at_ms, channel, provider) VALUES (?, ?, ?, ?, ?)",
            [
                .integer(due.position.seq), .integer(due.position.fence + 1), .integer(now.milliseconds),
                .text(due.channel.rawValue), .text(request.provider),
            ])
    }

    /// The first in the line: of each priority the one that has been due longest, then the one whose place, its due time and
    /// its priority's handicap, is earliest.
    func firstDue(_ request: ClaimRequest, at now: Timestamp) throws -> Int64? {
        var first: (seq: Int64, place: Timestamp)?
        for line in lines(of: request) {
            let due = try connection.first(
                """
                SELECT seq, next_attempt_at_ms FROM message
                WHERE channel = ? AND route_position = ? AND priority = ? AND is_in_doubt <= ?
                    AND next_attempt_at_ms <= ?
                ORDER BY next_attempt_at_ms, seq LIMIT 1
                """, line.values + [.integer(now.milliseconds)]
            ) { ($0.integer(0), Timestamp(milliseconds: $0.integer(1)) + line.priority.handicap) }
            if let due, first.map({ due.1 < $0.place }) ?? true { first = due }
        }
        return first?.seq
    }

    /// What a provider may take, a line for each place and priority; what is in doubt only at its own place.
    private func lines(of request: ClaimRequest) -> [(priority: Priority, values: [SQLValue])] {
        ([request.position] + request.standingInFor).flatMap { position in
            Priority.allCases.map { priority in
                (
                    priority,
                    [
                        .text(request.channel.rawValue), .integer(Int64(position)), .text(priority.rawValue),
                        .integer(position == request.position ? 1 : 0),
                    ]
                )
            }
        }
    }

    /// A due message whole; `unusable` when its row cannot be read.
    func due(_ seq: Int64, channel: Channel, at now: Timestamp) throws -> DueMessage {
        let found = try connection.first(
            """
            SELECT m.seq, m.id, m.state, m.fence, m.created_at_ms, m.expires_at_ms, m.is_in_doubt, m.dealership,
                m.purpose, m.class, m.contact, m.customer, m.other_address, c.sender, c.recipient, c.body,
                (SELECT provider FROM attempt WHERE message = m.seq ORDER BY fence DESC LIMIT 1), m.tries,
                (SELECT held_at_ms FROM dealership WHERE id = m.dealership)
            FROM message m JOIN content c ON c.message = m.seq WHERE m.seq = ?
            """, [.integer(seq)]
        ) { row in Result { try DueMessage(row, channel: channel, at: now) } }
        guard let found else { throw StoreError.unusable("message row \(seq) has no content") }
        return try found.get()
    }

    /// When the next attempt that a provider may take is due; nil when none waits.
    func nextDue(_ request: ClaimRequest) throws -> Timestamp? {
        try lines(of: request).compactMap { line in
            try connection.first(
                """
                SELECT next_attempt_at_ms FROM message
                WHERE channel = ? AND route_position = ? AND priority = ? AND is_in_doubt <= ?
                    AND next_attempt_at_ms IS NOT NULL
                ORDER BY next_attempt_at_ms, seq LIMIT 1
                """, line.values
            ) { Timestamp(milliseconds: $0.integer(0)) }
        }.min()
    }

    /// Whether any attempt is due, whoever may take it.
    func isAnythingDue(at now: Timestamp) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM message WHERE next_attempt_at_ms <= ? LIMIT 1", [.integer(now.milliseconds)]
        ) { $0.integer(0) } != nil
    }

    /// Waiting messages of a contact with a coalesce key, which a newer one replaces.
    func waiting(
        dealership: DealershipID, references: ContactReferences, coalesceKey: String
    ) throws -> [MessagePosition] {
        try connection.all(
            """
            SELECT seq, state, fence FROM message WHERE dealership = ? AND contact IN (?, ?) AND coalesce_key = ?
                AND state IN ('queued', 'held') AND is_in_doubt = 0
            """,
            [
                .text(dealership.text), .blob(references.address.bytes),
                .blob(references.otherAddress?.bytes), .text(coalesceKey),
            ]
        ) { row in MessagePosition(row.integer(0), row.text(1), row.integer(2)) }.compactMap { $0 }
    }

    /// A message as an act on it needs it; nil if there is none.
    func actable(_ id: MessageID, at now: Timestamp) throws -> ActableMessage? {
        try connection.first(
            """
            SELECT m.seq, m.state, m.fence, m.is_in_doubt, m.deliver_by_ms, m.dealership, m.purpose, m.class,
                m.channel, m.contact, m.customer, m.other_address,
                EXISTS (SELECT 1 FROM content c WHERE c.message = m.seq), m.not_before_ms, m.reason_code
            FROM message m WHERE m.id = ?
            """, [.blob(id.bytes)]
        ) { row in Result { try ActableMessage(row, at: now) } }?.get()
    }

    /// What a message was composed from, and in whose name, if it may be sent once more.
    ///
    /// - Throws: `notFound`, or `conflict` with the reason: its story is not over, or what it was composed from is not there.
    func resendable(_ id: MessageID) throws -> (dealership: DealershipID, request: String) {
        let row = try connection.first(
            """
            SELECT m.state, m.dealership, c.message IS NOT NULL, c.request
            FROM message m LEFT JOIN content c ON c.message = m.seq WHERE m.id = ?
            """, [.blob(id.bytes)]
        ) { (state: $0.text(0), dealership: $0.text(1), hasContent: $0.integer(2) == 1, $0.optionalText(3)) }
        guard let row else { throw StoreError.notFound("message \(id)") }
        guard let state = MessageState(rawValue: row.state),
            let dealership = try? DealershipID(row.dealership)
        else { throw StoreError.unusable("\(id) cannot be read") }
        if let obstacle = Resend.obstacle(in: state) {
            throw StoreError.conflict("\(id) is \(state.rawValue): \(obstacle)")
        }
        guard row.hasContent else {
            throw StoreError.conflict("the content of \(id) is pruned; it cannot be composed again")
        }
        guard let request = row.3 else {
            throw StoreError.conflict(
                "\(id) was accepted by a version that kept no requests; have it sent anew by its sender")
        }
        return (dealership, request)
    }
}
