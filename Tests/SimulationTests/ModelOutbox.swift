// The protocol of accept and deliver in its shortest form, for one provider: what each event makes of the messages, by the contract
// (section 4). It knows nothing of the product's code; the simulator holds the two against each other after every event. Read it to
// learn the protocol: claim, hand over, settle under a fence; what was interrupted may have arrived.

import Consent
import Delivery
import Domain

struct ModelOutbox {
    private static let unknownRetryDelay = Duration.seconds(30 * 60)
    private static let gapSeconds = [1800, 3600, 7200, 10_800]
    private static let providerGapSeconds = 300

    /// In the order of their acceptance.
    var messages: [ModelMessage] = []
    var ledger = ModelLedger()

    // MARK: Accept

    mutating func accept(
        _ id: MessageID, _ purpose: ModelPurpose, to contact: String, timing: MessageTiming, at now: Timestamp
    ) {
        var message = ModelMessage(
            id: id, contact: contact, purpose: purpose, timing: timing, state: .blocked, expiresAt: now)
        if ledger.allows(purpose, to: contact) {
            for index in messages.indices where isReplaced(messages[index], by: message) {
                messages[index].rest(in: .cancelled)
            }
            message.renew(at: now)
        }
        messages.append(message)
    }

    /// A newer message with the key of one that waits takes its place; what may have left is left alone.
    private func isReplaced(_ older: ModelMessage, by newer: ModelMessage) -> Bool {
        newer.timing.coalesceKey != nil && older.timing.coalesceKey == newer.timing.coalesceKey
            && older.contact == newer.contact && [.queued, .held].contains(older.state) && !older.isInDoubt
    }

    // MARK: Claim

    /// Claims the first in the line that may leave; what stands before it and may not is settled on the way.
    mutating func claim(at now: Timestamp) -> Int? {
        while let first = line(at: now).first {
            if now < messages[first].expiresAt
                && ledger.allows(messages[first].purpose, to: messages[first].contact)
            {
                messages[first].rest(in: .sending)
                messages[first].attempts.append(ModelMessage.Attempt())
                return first
            }
            // What may have arrived does not become anything else by waiting.
            if messages[first].isInDoubt {
                messages[first].rest(in: .unknown)
            } else {
                messages[first].rest(in: now < messages[first].expiresAt ? .blocked : .expired)
            }
        }
        return nil
    }

    /// What is due, in its order: normal stands a minute later than it is due, bulk a quarter of an hour.
    func line(at now: Timestamp) -> [Int] {
        func place(_ index: Int) -> (Timestamp, Int, Int) {
            let message = messages[index]
            let due = message.due?.lowerBound ?? now
            switch message.timing.priority {
            case .urgent: return (due, 0, index)
            case .normal: return (due + .seconds(60), 1, index)
            case .bulk: return (due + .seconds(900), 2, index)
            }
        }
        return messages.indices.filter { messages[$0].due.map { $0.lowerBound <= now } ?? false }
            .sorted { place($0) < place($1) }
    }

    // MARK: Settle

    /// Settles attempt `attempt` of a message; one that is not the message's live claim only tells that it was accepted.
    mutating func settle(_ index: Int, attempt: Int, _ judgement: Judgement, at now: Timestamp) {
        guard messages[index].state == .sending, attempt == messages[index].attempts.count - 1 else {
            if judgement == .accepted { messages[index].attempts[attempt].outcome = .accepted }
            return
        }
        messages[index].attempts[attempt].outcome = judgement.outcome
        if judgement.isCharged { messages[index].tries += 1 }
        if judgement == .accepted {
            messages[index].isInDoubt = false
            return messages[index].rest(in: .sent)
        }
        if judgement == .unknown || messages[index].isInDoubt {
            let retry = now + Self.unknownRetryDelay
            return messages[index].doubt(retryAt: retry < messages[index].expiresAt ? retry : nil)
        }
        switch judgement {
        case .rejected, .recipientRefused: messages[index].rest(in: .failed)
        case .withdrawn, .configuration: messages[index].queue(for: now...now)
        case .deferredByProvider: wait(index, Self.providerGapSeconds, from: now)
        default:
            wait(index, Self.gapSeconds[min(messages[index].tries, Self.gapSeconds.count) - 1], from: now)
        }
    }

    /// Queues it for a gap later, give or take a fifth; never past its end, where it expires.
    private mutating func wait(_ index: Int, _ seconds: Int, from now: Timestamp) {
        let end = messages[index].expiresAt
        let earliest = now + .milliseconds(Int64(seconds) * 800)
        let latest = now + .milliseconds(Int64(seconds) * 1200)
        messages[index].queue(for: min(earliest, end)...min(latest, end))
    }

    /// The process died, or stopped with claims open: what it was sending may have arrived, or may have been what ended it.
    mutating func restart(at now: Timestamp) {
        for index in messages.indices where messages[index].state == .sending {
            let last = messages[index].attempts.count - 1
            messages[index].attempts[last] = ModelMessage.Attempt(outcome: .unknown, isInterrupted: true)
            messages[index].doubt(retryAt: now + Self.unknownRetryDelay)
            if messages[index].isPoison { messages[index].rest(in: .held) }
        }
    }

    // MARK: Acts

    /// What an operator does; false when its state, its time or the gate forbids it.
    mutating func act(_ act: OperatorAct, on index: Int, at now: Timestamp) -> Bool {
        let message = messages[index]
        guard act.states.contains(message.state) else { return false }
        switch act {
        case .cancel:
            guard !message.isInDoubt else { return false }
            messages[index].rest(in: .cancelled)
        case .hold: messages[index].rest(in: .held)
        case .release where message.isInDoubt: messages[index].rest(in: .unknown)
        case .release: messages[index].renew(at: now)
        case .resolveAccepted, .resolveRejected:
            messages[index].rest(in: act == .resolveAccepted ? .sent : .failed)
            messages[index].isInDoubt = false
        case .resolveRetry: messages[index].renew(at: now)
        case .retry:
            let isOver = message.timing.deliverBy.map { $0 <= now } ?? false
            guard !isOver, ledger.allows(message.purpose, to: message.contact) else { return false }
            messages[index].renew(at: now)
        }
        return true
    }
}
