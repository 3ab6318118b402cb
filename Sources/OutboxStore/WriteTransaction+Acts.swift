// What people do to messages: resolve a doubt, cancel, hold, release, retry. Delivery's table says from which states; here the gate, the
// content and the deadline are asked before a message may leave again.

import Consent
import Delivery
import Domain
import SQLite

extension WriteTransaction {
    func resolve(_ id: MessageID, _ resolution: Resolution) throws -> MessageRecord {
        let message = try actable(id)
        guard message.position.state == .unknown else {
            throw StoreError.conflict(
                "\(id) is \(message.position.state.rawValue), and only an unknown message is resolved")
        }
        let change = MessageChange(
            state: resolution.state,
            nextAttemptAt: resolution == .retry ? message.nextAttempt(from: now) : nil,
            routePosition: resolution == .retry ? 0 : nil,
            reasonCode: "resolved-\(resolution.rawValue)")
        if resolution == .retry {
            try requireContent(message, id)
            try renew(message)
        }
        return try apply(change, to: message, id)
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
        if state == .queued { try requireSending(message.dealership) }
        let decision = act == .retry ? try requireRetryable(message, id) : nil
        if state == .queued {
            try requireContent(message, id)
            try renew(message)
        }
        let change = MessageChange(
            state: state, nextAttemptAt: state == .queued ? message.nextAttempt(from: now) : nil,
            isInDoubt: message.isInDoubt, routePosition: state == .queued ? 0 : nil,
            // What is beyond a quota stays so when it is cancelled: a retry would pass the quota by.
            reasonCode: state == .queued
                ? nil : message.reasonCode == Self.quotaReason ? Self.quotaReason : act.rawValue)
        return try apply(change, to: message, id, by: decision)
    }

    /// `restore accept`: what an older store shows as waiting may have been sent since, so it waits for a person now.
    func acceptRestore() throws -> Int {
        guard try fence.reason() != nil else {
            throw StoreError.conflict("no restore waits to be accepted; nothing was changed")
        }
        precondition(MessageTransition.isAllowed(from: .queued, to: .held))
        let last = SQLValue.integer(try fence.lastSeq())
        let held = try connection.all(
            """
            UPDATE message SET state = 'held', next_attempt_at_ms = NULL, reason_code = 'restored'
            WHERE state = 'queued' AND seq <= ? RETURNING seq
            """, [last]
        ) { $0.integer(0) }
        for seq in held { try events.tell(message: seq, at: now) }
        try connection.run(
            """
            UPDATE message SET next_attempt_at_ms = NULL
            WHERE state = 'unknown' AND next_attempt_at_ms IS NOT NULL AND seq <= ?
            """, [last])
        try fence.lower()
        return held.count
    }

    private func actable(_ id: MessageID) throws -> ActableMessage {
        guard let message = try messages.actable(id, at: now) else {
            throw StoreError.notFound("message \(id)")
        }
        return message
    }

    private func requireContent(_ message: ActableMessage, _ id: MessageID) throws {
        guard message.hasContent else {
            throw StoreError.conflict("the content of \(id) is pruned; it cannot be sent again")
        }
    }

    /// What the gate says to another try: yes, or it is a conflict.
    private func requireRetryable(_ message: ActableMessage, _ id: MessageID) throws -> GateDecision {
        guard message.reasonCode != "rectified" else {
            throw StoreError.conflict(
                "\(id) goes to an address that was rectified; send a new message")
        }
        guard message.reasonCode != Self.quotaReason else {
            throw StoreError.conflict("\(id) was beyond its dealership's quota; send a new message")
        }
        if let deliverBy = message.deliverBy, deliverBy <= now {
            throw StoreError.conflict("the deliverBy of \(id) is over; send a new message")
        }
        let decision = try gate.decide(message.question, dealership: message.dealership)
        if let reason = decision.verdict.block {
            let entry = reason.entry.map { ", \($0)" } ?? ""
            throw StoreError.conflict("\(id) is blocked (\(reason.code)\(entry)) and stays so")
        }
        return decision
    }

    /// A message that is tried again, or was held, has a lifetime again.
    private func renew(_ message: ActableMessage) throws {
        let end =
            message.nextAttempt(from: now)
            + policy[message.question.channel][message.question.class].schedule.lifetime
        try messages.extend(message.position, until: message.deliverBy.map { min($0, end) } ?? end)
    }

    /// Writes the change of an act and returns what the message is now, with its last attempts.
    private func apply(
        _ change: MessageChange, to message: ActableMessage, _ id: MessageID,
        by decision: GateDecision? = nil
    ) throws -> MessageRecord {
        let isMoved = try messages.move(message.position, to: change, at: now, by: decision)
        // What a provider said while nobody could be told: it may keep the message from leaving once more.
        if isMoved, [.unknown, .queued].contains(change.state), message.question.channel == .sms {
            try foldEarlyReceipts(onto: message.position.seq, fence: message.position.fence, id)
        }
        guard isMoved, let record = try messages.record(id, attemptLimit: 20)
        else {
            throw StoreError.conflict("\(id) moved on meanwhile; look again")
        }
        return record
    }
}
