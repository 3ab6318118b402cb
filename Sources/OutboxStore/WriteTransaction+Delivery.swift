// T2 and T3: claim what is due, with the gate asked again inside; settle what ended; and, at start, say of what a crash left that it is
// in doubt.

import Consent
import Crypto
import Delivery
import Domain
import SQLite

extension WriteTransaction {
    /// Messages looked at by one claim: what expired or is blocked is settled on the way, a bounded number at a time.
    private static let claimBound = 100

    func claim(_ request: ClaimRequest) throws -> ClaimResult {
        // An older store that somebody put back: what it shows as waiting may have been sent.
        guard try fence.reason() == nil else { return .idle(nextDue: nil) }
        for _ in 0..<Self.claimBound {
            guard let seq = try messages.firstDue(request, at: now) else {
                return .idle(nextDue: try messages.nextDue(request))
            }
            let due: DueMessage
            let decision: GateDecision
            do {
                due = try messages.due(seq, channel: request.channel, at: now)
                decision = try gate.decide(due.question, dealership: due.dealership)
            } catch let error where Self.isDamage(error) {
                // A damaged row, or a gate that cannot be asked: nobody is sent to, and the others go on.
                try messages.setAside(seq, at: now)
                continue
            }
            let obstacle = obstacle(to: due, request)
            if obstacle == nil, decision.verdict.block != nil,
                try takeNextChannel(due.position, due.question.class)
            {
                continue
            }
            guard obstacle == nil, let authorisation = decision.verdict.authorisation else {
                try stop(due, obstacle ?? MessageChange(blockedBy: decision.verdict), decision)
                continue
            }
            try messages.startAttempt(due, request, decision, at: now)
            return .claimed(due.claim(at: now, by: authorisation))
        }
        return .idle(nextDue: now)
    }

    private static func isDamage(_ error: any Error) -> Bool {
        switch error {
        case StoreError.unusable: true
        case let error as SQLiteError: error.isNotAStore
        default: false
        }
    }

    /// What a due message becomes instead of leaving, whatever the ledger says; nil when nothing stands in its way.
    private func obstacle(to due: DueMessage, _ request: ClaimRequest) -> MessageChange? {
        if now >= due.expiresAt { return MessageChange(state: .expired, reasonCode: "deadline-over") }
        if due.isDealershipHeld { return MessageChange(state: .held, reasonCode: Self.heldReason) }
        if due.isInDoubt, let provider = due.lastProvider, provider != request.provider {
            return MessageChange(state: .unknown, isInDoubt: true, reasonCode: "provider-changed")
        }
        guard request.isRecipientAllowed(due.recipient) else {
            return MessageChange(blockedBy: .blocked(.notAllowed))
        }
        return nil
    }

    /// Settles a due message that may not leave. What may have been sent already does not become anything else by that.
    private func stop(_ due: DueMessage, _ change: MessageChange, _ decision: GateDecision) throws {
        var change = change
        if change.state == .blocked, change.reasonCode != BlockReason.notAllowed.code,
            due.question.class == .essential
        {
            try events.tell(
                unreachable: due.question.references.address, due.id, due.dealership, at: now)
        }
        if due.isInDoubt {
            change = MessageChange(
                state: .unknown, isInDoubt: true, reasonCode: change.reasonCode,
                reasonEntry: change.reasonEntry)
        }
        _ = try messages.move(due.position, to: change, at: now, by: decision)
    }

    /// Goes on by the next channel, when this one is refused or objected to; false when there is none.
    private func takeNextChannel(
        _ position: MessagePosition, _ purposeClass: PurposeClass
    ) throws -> Bool {
        let isTaken = try LaterContentTable(connection: connection).take(position) { channel in
            now + policy[channel][purposeClass].schedule.lifetime
        }
        guard isTaken else { return false }
        file.channelBell.mark()
        return true
    }

    // MARK: T3

    /// Closes the attempt, and moves the message on if the claim is still its last.
    func settle(_ end: AttemptEnd) throws {
        try connection.run(
            """
            UPDATE attempt SET outcome = ?, status = ?, reply = ?, ended_at_ms = ?, provider_reference = ?, segments = ?
            WHERE message = ? AND fence = ? AND (outcome IS NULL OR (outcome = 'unknown' AND ? = 'accepted'))
            """,
            [
                .text(end.verdict.outcome.rawValue), .text(end.verdict.status), .text(end.reply),
                .integer(now.milliseconds), .text(end.providerReference),
                .integer(end.segments.map(Int64.init)), .integer(end.claim.seq), .integer(end.claim.fence),
                .text(end.verdict.outcome.rawValue),
            ])
        let position = MessagePosition(seq: end.claim.seq, state: .sending, fence: end.claim.fence)
        if end.isCharged { try messages.charge(position) }
        if end.verdict.isRecipientFault { try noteDeadAddress(end.claim.question, end.claim.dealership) }
        if end.verdict.isObjection { try noteObjection(end) }
        var change = MessageChange(
            state: end.settlement.state, nextAttemptAt: end.settlement.nextAttemptAt,
            isInDoubt: end.settlement.state == .unknown, routePosition: end.settlement.routePosition,
            reasonCode: end.settlement.reasonCode)
        if end.settlement.state == .failed, try takeNextChannel(position, end.claim.purposeClass) {
            change = MessageChange(state: .queued, nextAttemptAt: now, reasonCode: end.settlement.reasonCode)
        }
        _ = try messages.move(position, to: change, at: now)
        if end.claim.question.channel == .sms {
            try foldEarlyReceipts(
                onto: end.claim.seq, fence: end.claim.fence, end.claim.id, end.providerReference)
        }
    }

    /// A final refusal that names the recipient itself (standards A7, HARD): the address does not exist, whatever became of the message.
    /// Nothing more is sent to it until somebody says otherwise, or for 180 days.
    func noteDeadAddress(_ question: GateQuestion, _ dealership: DealershipID) throws {
        let act = ConsentAct(
            references: ContactReferences(address: question.references.address), event: .bounced,
            scope: .channel, channel: question.channel, occurredAt: now, method: .dsn, actor: "gateway")
        _ = try record(act, dealership: dealership, proof: .none)
    }

    /// The provider does not send to this person any more, because they told it so: it is their objection, and ours to keep.
    private func noteObjection(_ end: AttemptEnd) throws {
        let evidence = EvidenceText(
            "\(end.claim.id): the provider refused it, because this number has told it to stop (\(end.verdict.status))",
            salt: Crypto.randomBytes(EvidenceText.saltByteCount))
        let act = ConsentAct(
            references: ContactReferences(
                address: end.claim.question.references.address,
                customer: end.claim.question.references.customer),
            event: .objected, scope: .channel, channel: end.claim.question.channel, occurredAt: now,
            method: .smsKeyword, actor: "gateway", evidenceDigest: evidence.digest)
        _ = try record(act, dealership: end.claim.dealership, proof: ConsentProof(evidence: evidence))
    }

    /// Crashes during its attempts after which a message is suspected of causing them.
    private static let poisonBound: Int64 = 3

    /// At start: what an earlier process left in `sending` may have been sent. An e-mail that was not in doubt before is tried
    /// once more, later; the rest waits for a person. The attempt was counted before its work, so a message that ends the process
    /// whenever it is handed over is held after three times, and the others go on.
    func recover() throws -> Int {
        try connection.run(
            """
            UPDATE attempt SET outcome = 'unknown', status = 'interrupted', ended_at_ms = ?
            WHERE outcome IS NULL AND message IN (SELECT seq FROM message WHERE state = 'sending')
            """, [.integer(now.milliseconds)])
        precondition(MessageTransition.isAllowed(from: .sending, to: .unknown))
        let kinds = Channel.allCases.flatMap { channel in PurposeClass.allCases.map { (channel, $0) } }
        let retries = kinds.map { channel, purposeClass in
            policy[channel][purposeClass].unknownRetryDelay.map { (now + $0).milliseconds }
        }
        let recovered = try connection.all(
            """
            UPDATE message SET state = 'unknown', is_in_doubt = 1, reason_code = 'interrupted',
                next_attempt_at_ms = CASE WHEN is_in_doubt THEN NULL ELSE CASE channel || '/' || class
                    \(kinds.map { "WHEN '\($0.rawValue)/\($1.rawValue)' THEN ?" }.joined(separator: " ")) END END
            WHERE state = 'sending' RETURNING seq, fence, id, channel
            """, retries.map { .integer($0) }
        ) { row in
            (
                position: MessagePosition(seq: row.integer(0), state: .unknown, fence: row.integer(1)),
                id: MessageID(bytes: row.blob(2)), isSMS: row.text(3) == Channel.sms.rawValue
            )
        }
        for (position, id, isSMS) in recovered {
            try events.tell(message: position.seq, at: now)
            // What the provider said before the answer that nobody will write down any more.
            if isSMS, let id { try foldEarlyReceipts(onto: position.seq, fence: position.fence, id) }
            guard try messages.interruptedCount(position) >= Self.poisonBound else { continue }
            _ = try messages.move(
                position, to: MessageChange(state: .held, isInDoubt: true, reasonCode: "poison"), at: now)
        }
        return recovered.count
    }
}
