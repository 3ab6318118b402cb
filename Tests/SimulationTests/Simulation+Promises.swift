// What is asserted: that the store is as the model says, after every event, and the promises themselves, from what the provider really
// has, what contacts really said and what the store shows. They do not lean on the model's own decisions.

import Delivery
import Domain
import OutboxStore

extension Simulation {
    /// Every message of the store is where the model has it, with the same attempts; none is missing, none is there twice.
    func compare() throws {
        let records = try fixture.messages()
        try Violation.unless(
            records.count == model.messages.count,
            "the store holds \(records.count) messages, not \(model.messages.count)")
        for (index, record) in records.reversed().enumerated() {
            let message = model.messages[index]
            try Violation.unless(record.id == message.id, "m\(index) is not where it was accepted")
            try Violation.unless(
                record.state == message.state,
                "m\(index) is \(record.state) (\(record.reasonCode ?? "-")), not \(message.state)")
            try Violation.unless(
                record.attempts.map(\.outcome) == message.attempts.map(\.outcome),
                "m\(index) has the attempts \(record.attempts.map { $0.outcome?.rawValue ?? "open" }), not "
                    + "\(message.attempts.map { $0.outcome?.rawValue ?? "open" })")
            try adoptDue(record.nextAttemptAt, of: index)
        }
    }

    /// Takes the product's moment of a message's next attempt, if it lies within the model's bounds.
    func adoptDue(_ due: Timestamp?, of index: Int) throws {
        let planned = model.messages[index].due
        try Violation.unless(
            due.map { planned?.contains($0) ?? false } ?? (planned == nil),
            "m\(index) is due at \(due?.text ?? "-"), not "
                + (planned.map { "\($0.lowerBound.text) to \($0.upperBound.text)" } ?? "-"))
        model.messages[index].due = due.map { $0...$0 }
    }

    /// What was acknowledged is there, with the bytes it was accepted with.
    func checkContents() throws {
        for (index, message) in model.messages.enumerated() where acknowledged.contains(message.id) {
            let content = try fixture.store.read { reader throws(StoreError) in
                try reader.content(message.id)
            }
            try Violation.unless(
                content == Array("Subject: m\(index)\r\n\r\n\(message.contact)\r\n".utf8),
                "m\(index) was acknowledged, and its content is lost")
        }
    }

    /// An attempt starts when its claim commits: in time, with the gate's leave, alone, and with every earlier copy accounted for.
    func checkStart(of work: Work) throws {
        let message = model.messages[work.message]
        let name = "m\(work.message)"
        try Violation.unless(
            work.claim.id == message.id, "\(work.claim.id) was claimed, and \(name) was first")
        try Violation.unless(
            work.claim.isInDoubt == message.isInDoubt && work.claim.expiresAt == message.expiresAt
                && work.claim.tries == message.tries,
            "\(name) was claimed with another doubt, end or number of tries than it has")
        try Violation.unless(
            !workers.contains { $0?.message == work.message }, "\(name) is claimed twice at once")
        try Violation.unless(
            model.ledger.allows(message.purpose, to: message.contact), "\(name) starts after an objection")
        try Violation.unless(
            message.timing.notBefore.map { $0 <= now } ?? true, "\(name) starts before its time")
        try checkHandover(of: work)
        for (attempt, record) in try fixture.message(message.id).attempts.dropLast().enumerated() {
            let isTaken = provider.receipts[message.id]?.contains(attempt) ?? false
            // A late answer turns `unknown` into `accepted`, and the doubt has been told.
            try Violation.unless(
                !isTaken || record.outcome == .unknown || record.outcome == .accepted,
                "\(name) goes out again, and the copy of attempt \(attempt) is \(record.outcome?.rawValue ?? "open")"
            )
        }
    }

    /// Nothing leaves after its end, and nothing that the provider was heard to have taken.
    func checkHandover(of work: Work) throws {
        let message = model.messages[work.message]
        try Violation.unless(
            message.timing.deliverBy.map { now < $0 } ?? true, "m\(work.message) leaves after its deliverBy")
        try Violation.unless(
            !provider.told.contains(message.id) || isStale(work), "m\(work.message) was accepted before")
    }

    private func isStale(_ work: Work) -> Bool {
        work.attempt < model.messages[work.message].attempts.count - 1
    }

    /// Every copy but one is explained by an attempt whose answer was lost.
    func checkCopies() throws {
        for (index, message) in model.messages.enumerated() {
            let copies = provider.receipts[message.id]?.count ?? 0
            let record = try fixture.message(message.id)
            let lost = record.attempts.count { $0.outcome == .unknown }
            let heard = record.attempts.count { $0.outcome == .accepted }
            try Violation.unless(
                copies <= lost + heard, "m\(index) arrived \(copies) times: \(heard) heard, \(lost) in doubt")
        }
    }

    func requireKeyRefused(_ acceptance: Acceptance) throws {
        do throws(any Error) {
            _ = try fixture.acceptAnswer(acceptance)
        } catch StoreError.keyReused {
            return
        }
        throw Violation("another request under a used key was taken")
    }

    /// Under fairness every message ends.
    func checkEnds() throws {
        for (index, message) in model.messages.enumerated() {
            try Violation.unless(
                [.sent, .failed, .expired, .cancelled, .blocked].contains(message.state),
                "m\(index) ends as \(message.state)")
        }
    }
}
