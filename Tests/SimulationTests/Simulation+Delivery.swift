// The workers, as a lane runs them, one step at a time: claim, hand over, settle (and claim the next in the same transaction). Each step
// asks the product's own code; between any two of them anything may happen.

import Delivery
import Domain
import OutboxStore

@testable import DispatchLoop

extension Simulation {
    private static let request = ClaimRequest(
        channel: .email, provider: "relay", isRecipientAllowed: { _ in true })

    func step(worker: Int) throws {
        if let work = workers[worker], work.end == nil {
            let ended = try handOver(work)
            workers[worker] = ended
            if let end = ended.end {
                lane.note(end.product.verdict, now: now)
                if end.judgement == .configuration { count(.stops) }
            }
        } else {
            try settleAndClaim(worker)
        }
    }

    /// A worker that its process has not taken with it goes on where it stood.
    func stepLatecomer() throws {
        guard !latecomers.isEmpty else { return }
        let place = random.number(0..<latecomers.count)
        let work = latecomers[place]
        guard let end = work.end else {
            note("a latecomer has m\(work.message)")
            latecomers[place] = try handOver(work)
            return
        }
        note("a latecomer settles m\(work.message)")
        latecomers.remove(at: place)
        _ = try commit {
            _ = try fixture.store.settle(end.product, thenClaim: nil)
            try settleModel(work, end)
        }
    }

    // MARK: T2 and T3

    private func settleAndClaim(_ worker: Int) throws {
        let claims = lane.instruction(for: worker, now: now) == .claim
        let work = workers[worker]
        guard work != nil || claims else { return }
        var result = ClaimResult.idle(nextDue: nil)
        var claimed: Int?
        if let work, let end = work.end {
            note("worker \(worker) settles m\(work.message): \(end.judgement)")
        }
        let isHeard = try commit {
            result = try fixture.store.settle(work?.end?.product, thenClaim: claims ? Self.request : nil)
            if let work, let end = work.end { try settleModel(work, end) }
            if claims { claimed = claimModel() }
        }
        guard isHeard else { return }
        workers[worker] = nil
        switch (result, claimed) {
        case (.claimed(let claim), let index?):
            note("worker \(worker) claims m\(index)")
            let work = Work(
                claim: claim, message: index, attempt: model.messages[index].attempts.count - 1, end: nil)
            try checkStart(of: work)
            workers[worker] = work
        case (.idle(let nextDue), nil):
            if claims { lane.foundNothing(worker: worker, nextDue: nextDue) }
        case (.claimed(let claim), nil):
            throw Violation("\(claim.id) was claimed, and nothing may leave")
        case (.idle, let index?):
            throw Violation("m\(index) is due and was not claimed")
        }
    }

    private func claimModel() -> Int? {
        let before = model.messages.map(\.state)
        let claimed = model.claim(at: now)
        for (old, new) in zip(before, model.messages.map(\.state)) where old != new {
            if new == .expired { count(.expired) }
            if new == .blocked { count(.blockedAtClaim) }
        }
        if claimed != nil { count(.attempts) }
        return claimed
    }

    /// The model settles too; the moment of the next attempt, with its jitter, is the product's, within the model's bounds.
    private func settleModel(_ work: Work, _ end: Work.End) throws {
        let wasSending = model.messages[work.message].state == .sending
        let isLast = work.attempt == model.messages[work.message].attempts.count - 1
        model.settle(work.message, attempt: work.attempt, end.judgement, at: end.at)
        if end.judgement == .recipientRefused {
            // Whoever's claim it was by then: the address does not exist.
            let contact = model.messages[work.message].contact
            if model.ledger.record(.bounced, .channel, of: contact, at: now) { count(.deadAddresses) }
        }
        if wasSending && isLast {
            try adoptDue(end.product.settlement.nextAttemptAt, of: work.message)
            if end.judgement == .unknown { count(.doubts) }
            if end.judgement == .accepted { provider.noteTold(work.claim.id) }
        } else {
            count(.staleSettles)
            if end.judgement == .accepted { count(.lateAccepted) }
        }
    }

    // MARK: The hand-over

    /// Looks at the clock and, when the claim is not fresh any more, at the gate; then lets the wire decide.
    private func handOver(_ work: Work) throws -> Work {
        let claim = work.claim
        var isWithdrawn = now >= claim.expiresAt
        if !isWithdrawn && now >= claim.claimedAt + .seconds(5) {
            let message = model.messages[work.message]
            let isAllowed = try fixture.store.read { reader throws(StoreError) in
                try reader.isStillAllowed(claim, at: now)
            }
            try Violation.unless(
                isAllowed == model.ledger.allows(message.purpose, to: message.contact),
                "the gate says \(isAllowed) of m\(work.message) in the last instant")
            isWithdrawn = !isAllowed
        }
        let fate: Fate? = isWithdrawn ? nil : isCalm ? .acceptedAndTold : Fate.draw(&random)
        let judgement = fate?.judgement ?? .withdrawn
        note("m\(work.message) is handed over: \(fate.map { "\($0)" } ?? "withdrawn")")
        if isWithdrawn { count(.withdrawn) } else { try checkHandover(of: work) }
        if fate?.isTaken == true { provider.take(claim.id, attempt: work.attempt) }
        let evidence = fate?.evidence ?? HandoverEvidence(phase: .data, fault: .withdrawn)
        let verdict = SMTPOutcomeRule.verdict(for: evidence)
        try Violation.unless(
            verdict.outcome == judgement.outcome
                && verdict.isConfiguration == (judgement == .configuration),
            "\(judgement) was judged as \(verdict)")
        let settlement = Settlement.decide(
            verdict, attempts: claim.tries + 1, isInDoubt: claim.isInDoubt, expiresAt: claim.expiresAt,
            now: now, policy: .email, random: random.fraction())
        let end = AttemptEnd(
            claim: claim, verdict: verdict, reply: evidence.reply?.text, settlement: settlement)
        return Work(
            claim: claim, message: work.message, attempt: work.attempt,
            end: Work.End(product: end, judgement: judgement, at: now))
    }
}
