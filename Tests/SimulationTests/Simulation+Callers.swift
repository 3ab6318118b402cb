// Those who ask something of the gateway from outside: services that post messages, contacts who object, operators who act.

import Consent
import Domain
import OutboxStore
import Support

@testable import DispatchLoop

extension Simulation {
    // MARK: Messages

    func accept() throws {
        let purpose = random.pick(ModelPurpose.allCases)
        let contact = random.pick(Self.contacts)
        let number = model.messages.count
        var acceptance = try fixture.acceptance(
            contact, purpose: purpose.rawValue, class: purpose.class,
            body: "Subject: m\(number)\r\n\r\n\(contact)\r\n", timing: drawTiming(),
            key: random.chance(0.4) ? "key-\(requests.count)-\(number)" : nil)
        acceptance.id = MessageID(at: now, random: random.bytes(10))
        let timing = acceptance.timing
        note(
            "m\(number): \(contact) \(purpose) \(timing.priority) \(timing.coalesceKey ?? "-"), "
                + "from \(timing.notBefore?.text ?? "-") to \(timing.deliverBy?.text ?? "-")")
        var answer: AcceptedMessage?
        let isHeard = try commit {
            let cancelled = model.messages.count { $0.state == .cancelled }
            answer = try fixture.acceptAnswer(acceptance)
            model.accept(acceptance.id, purpose, to: contact, timing: timing, at: now)
            count(.coalesced, model.messages.count { $0.state == .cancelled } - cancelled)
            if acceptance.idempotency != nil { requests.append(CallerRequest(acceptance: acceptance)) }
            lane.wake()
        }
        guard isHeard, let answer else { return }
        let state = model.messages[number].state
        count(state == .blocked ? .blocked : .accepted)
        acknowledged.insert(acceptance.id)
        if acceptance.idempotency != nil { requests[requests.count - 1].answer = answer.answer }
        try Violation.unless(
            answer.id == acceptance.id && answer.state == state && !answer.isReplayed,
            "m\(number) was answered as \(answer.answer)")
    }

    /// The same key again: with the same request it is the same message, with another one it is refused.
    func replay() throws {
        guard !requests.isEmpty else { return }
        let place = random.number(0..<requests.count)
        let first = requests[place].acceptance
        var again = first
        again.id = MessageID(at: now, random: random.bytes(10))
        if random.chance(0.2), let request = first.idempotency {
            again.idempotency = IdempotentRequest(key: request.key, digest: request.digest.reversed())
            note("another request under a used key")
            count(.refusedKey)
            try requireKeyRefused(again)
            return
        }
        note("the same request again")
        var answer: AcceptedMessage?
        guard try commit({ answer = try fixture.acceptAnswer(again) }), let answer else { return }
        count(.replayed)
        try Violation.unless(
            answer.isReplayed && answer.id == first.id
                && answer.answer == requests[place].answer ?? answer.answer,
            "a replay was answered as \(answer.answer), at first \(requests[place].answer ?? "lost")")
        requests[place].answer = answer.answer
        acknowledged.insert(first.id)
    }

    private func drawTiming() -> MessageTiming {
        let notBefore = random.chance(0.2) ? now + .seconds(random.number(1...7200)) : nil
        return MessageTiming(
            notBefore: notBefore,
            deliverBy: random.chance(0.25) ? (notBefore ?? now) + .seconds(random.number(1...20_000)) : nil,
            priority: random.pick(Priority.allCases),
            coalesceKey: random.chance(0.4) ? "quote" : nil)
    }

    // MARK: Objections

    func speak() throws {
        let event = random.pick([ModelLedger.Event.objected, .lifted, .given, .given])
        let contact = random.pick(Self.contacts)
        let purpose = try Scope.purpose(Purpose(random.pick(ModelPurpose.allCases).rawValue))
        let scope =
            event == .given ? .marketing : random.pick([.marketing, .channel, .all, purpose, purpose])
        let channel: Channel? = event == .given || scope == .channel ? .email : nil
        note("\(contact): \(event) \(scope)")
        if event == .objected { count(.objections) }
        _ = try commit {
            let ledgerEvent: LedgerEvent =
                switch event {
                case .objected: .objected
                case .lifted: .lifted
                case .given: .given
                case .bounced: .bounced
                }
            // A page says it once more over what a page may still undo, which is not modelled here.
            let recorded = try fixture.record(
                ledgerEvent, of: contact, scope: scope, channel: channel,
                method: event == .objected ? .phone : .page)
            let isNew = model.ledger.record(event, scope, of: contact, at: now)
            try Violation.unless(
                recorded.added.isEmpty != isNew, "\(event) \(scope) added \(recorded.added.count) entries")
        }
    }

    // MARK: Operators

    /// Mostly what its state allows; the rest is refused, and changes nothing.
    func act() throws {
        guard !model.messages.isEmpty else { return }
        let index = random.number(0..<model.messages.count)
        let fitting = OperatorAct.allCases.filter { $0.states.contains(model.messages[index].state) }
        let isFitting = !fitting.isEmpty && random.chance(0.8)
        try act(random.pick(isFitting ? fitting : OperatorAct.allCases), on: index)
    }

    func act(_ act: OperatorAct, on index: Int) throws {
        note("\(act) m\(index)")
        _ = try commit {
            var state: MessageState?
            do throws(StoreError) {
                state = try act.perform(on: model.messages[index].id, fixture.store).state
            } catch {
                guard case .conflict = error else { throw error }
            }
            let isAllowed = model.act(act, on: index, at: now)
            count(isAllowed ? .acts : .refusedActs)
            lane.wake()
            try Violation.unless(
                state == (isAllowed ? model.messages[index].state : nil),
                "\(act) made m\(index) \(state?.rawValue ?? "refuse"), not \(model.messages[index].state)")
        }
    }
}
