// A person's rights in the store: a request is registered and closed, an address rectified, a person erased. Each is one transaction, an
// erasure one for each of its steps; nothing here asks whether the person is who they say, which was checked before.

import Consent
import Delivery
import Domain
import SQLite

extension WriteTransaction {
    private var requests: RequestTable { RequestTable(connection: connection) }

    func open(_ request: SubjectRequest) throws -> SubjectRequest {
        guard request.receivedAt <= now + .seconds(300) else {
            throw StoreError.refused(ValueError("a request must not be received in the future"))
        }
        try requireDealership(request.dealership)
        try requests.insert(request)
        return request
    }

    func close(_ closing: RequestClosing) throws -> SubjectRequest {
        let isClosed = try requests.close(closing, at: now)
        guard let request = try requests.request(closing.id) else {
            throw StoreError.notFound("request \(closing.id)")
        }
        guard isClosed else {
            throw StoreError.conflict("\(closing.id) was closed before: \(request.outcome?.rawValue ?? "")")
        }
        return request
    }

    func rectify(_ rectification: Rectification, _ evidence: EvidenceText) throws -> RectifiedContact {
        let dealership = rectification.dealership
        try requireDealership(dealership)
        let old = try Subject(dealership: dealership, references: [rectification.old])
        guard try SubjectRows.hold(old, connection) else {
            throw StoreError.notFound(
                "contact of \(dealership) with this old address: nothing is held of it and nothing was said of it; look how it was written"
            )
        }
        try messages.refuseSending(to: rectification.old, dealership: dealership)
        let stood = try standing.standing(
            dealership: dealership, references: [rectification.old, rectification.new])
        let said = try ledger.append(rectification.entries(at: now, newID: newEntryID))
        try keep(ConsentProof(evidence: evidence), of: said, dealership: dealership)
        let copies = try ledger.append(
            try rectification.blocksToCarry(stood).compactMap { block in
                try ledger.entry(block.id, dealership: dealership)?.copy(
                    under: rectification.new, id: newEntryID(), recordedAt: now)
            })
        let (cancelled, inDoubt) = try messages.stop(to: rectification.old, dealership: dealership)
        for seq in cancelled { try events.tell(message: seq, at: now) }
        // Whoever got a stranger's mail keeps the way to unsubscribe, and not the stranger's car.
        if rectification.reason == .neverTheirs {
            try connection.run(
                """
                UPDATE message SET page_revoked_at_ms = coalesce(page_revoked_at_ms, ?1)
                WHERE dealership = ?2 AND (contact = ?3 OR other_address = ?3
                    AND EXISTS (SELECT 1 FROM attempt a WHERE a.message = seq AND a.channel <> message.channel))
                """, [.integer(now.milliseconds), .text(dealership.text), .blob(rectification.old.bytes)])
        }
        return RectifiedContact(added: said + copies, cancelled: cancelled.count, inDoubt: inDoubt)
    }

    func erase(_ step: ErasureStep) throws -> ErasureResult {
        let subject = step.subject
        try requireDealership(subject.dealership)
        if step.through == nil { try gate.refuseCounterCustomer(subject) }
        var (counts, next) = try ErasureTable(connection: connection).erase(step, at: now)
        if next == nil {
            let isDone = step.through == nil && counts.values.allSatisfy { $0 == 0 }
            counts["ledger"] = try recordErasure(step, unlessSaid: isDone)
        }
        return ErasureResult(counts: counts, next: next)
    }

    /// Writes `erased` under each reference; not again where it was the last word and there was nothing to erase.
    private func recordErasure(_ step: ErasureStep, unlessSaid: Bool) throws -> Int {
        let dealership = step.subject.dealership
        let contacts = try step.subject.references.filter { contact in
            guard unlessSaid else { return true }
            return try ledger.entries(dealership: dealership, references: [contact]).last?.event != .erased
        }
        return try ledger.append(
            contacts.map { contact in
                LedgerEntry(
                    id: newEntryID(), seq: 0, prevHash: [], dealership: dealership, contact: contact,
                    channel: nil, scope: .all, event: .erased, occurredAt: now, recordedAt: now,
                    method: step.author.method, actor: step.author.actor)
            }
        ).count
    }

    private func requireDealership(_ id: DealershipID) throws {
        let isThere = try connection.first("SELECT 1 FROM dealership WHERE id = ?", [.text(id.text)]) { _ in
            true
        }
        guard isThere != nil else { throw StoreError.notFound("dealership \(id)") }
    }
}

extension MessageTable {
    /// What is being handed over may come back to the line, and would go to the address that is wrong.
    fileprivate func refuseSending(to contact: ContactReference, dealership: DealershipID) throws {
        let sending = try connection.first(
            """
            SELECT id FROM message WHERE dealership = ?1 AND state = 'sending' AND (contact = ?2
                OR other_address = ?2 AND EXISTS (SELECT 1 FROM later_content l WHERE l.message = seq)) LIMIT 1
            """, [.text(dealership.text), .blob(contact.bytes)]
        ) { MessageID(bytes: $0.blob(0)) }
        guard let sending else { return }
        throw StoreError.inFlight(
            "\(sending.map(\.description) ?? "a message") is being sent to the old address; nothing was changed, try again in a minute"
        )
    }

    /// Takes back what waits to be sent to an address, and lets what is in doubt wait for a person: their bytes are addressed to it. What
    /// was cancelled, and how many may have been sent or are being sent.
    fileprivate func stop(
        to contact: ContactReference, dealership: DealershipID
    ) throws -> (cancelled: [Int64], inDoubt: Int) {
        for state in [MessageState.queued, .held] {
            precondition(MessageTransition.isAllowed(from: state, to: .cancelled))
        }
        let values: [SQLValue] = [.text(dealership.text), .blob(contact.bytes)]
        // What would go there by its second channel goes by its first alone.
        try connection.run(
            """
            DELETE FROM later_content WHERE message IN
                (SELECT seq FROM message INDEXED BY message_other_address WHERE dealership = ? AND other_address = ?)
            """, values)
        let cancelled = try connection.all(
            """
            UPDATE message SET state = 'cancelled', next_attempt_at_ms = NULL, reason_code = 'rectified', reason_entry = NULL
            WHERE dealership = ? AND contact = ? AND state IN ('queued', 'held') AND is_in_doubt = 0 RETURNING seq
            """, values
        ) { $0.integer(0) }
        try connection.run(
            """
            UPDATE message SET next_attempt_at_ms = NULL
            WHERE dealership = ? AND contact = ? AND state = 'unknown' AND next_attempt_at_ms IS NOT NULL
            """, values)
        let inDoubt = try connection.first(
            """
            SELECT count(*) FROM message
            WHERE dealership = ? AND contact = ? AND (state = 'sending' OR is_in_doubt AND state IN ('unknown', 'held'))
            """, values
        ) { Int($0.integer(0)) }
        return (cancelled, inDoubt ?? 0)
    }
}

extension GateDesk {
    /// A counter customer's number stands on the messages of many people: whoever names it would see or erase all of them.
    func refuseCounterCustomer(_ subject: Subject) throws {
        for reference in subject.references
        where try isCounterCustomer(reference, dealership: subject.dealership) {
            throw StoreError.refused(
                ValueError(
                    "this customer number came with more than eight addresses and is nobody's alone: name the person by "
                        + "their addresses"))
        }
    }
}

/// What a rectification did.
package struct RectifiedContact: Codable, Sendable {
    /// Under the old reference, under the new one, then the blocks that came along.
    package let added: [LedgerEntry]
    /// Messages to the old address that were taken back.
    package let cancelled: Int
    /// Messages to the old address that are being sent, or may have been.
    package let inDoubt: Int
}
