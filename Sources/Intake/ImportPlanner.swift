// What a line of an import asks the store to record, for one dealership: of which references each statement is made, and what must be
// refused. Pure; the references are computed here, off the store's thread.

import Consent
import Crypto
import Domain
import OutboxStore

package struct ImportPlanner: Sendable {
    let keys: KeyRing
    let dealership: DealershipID
    /// Who runs the import.
    let actor: String

    package init(keys: KeyRing, dealership: DealershipID, actor: String) {
        self.keys = keys
        self.dealership = dealership
        self.actor = actor
    }

    /// What the line asks the store to record, and why it is refused.
    ///
    /// A block is recorded also when something else in its line is refused: whoever objected must not be written to because
    /// their phone number was written badly. A consent needs the whole line.
    func plan(_ line: ImportLine, now: Timestamp) -> (request: ImportBatch.Line, refusals: [String]) {
        var refusals = line.refusals
        let people = references(line)
        if people.all.isEmpty, refusals.isEmpty {
            refusals.append("names nobody: no e-mail address, phone number or customer number")
        }
        var acts: [ImportBatch.Act] = []
        for var said in line.statements where !people.all.isEmpty {
            if said.statement.event.isBlock, let occurredAt = said.occurredAt,
                occurredAt > now + .seconds(300)
            {
                refusals.append("\(said.statement.event.rawValue): its date lies in the future")
                said.occurredAt = nil
            }
            do {
                acts += try self.acts(said, people, now)
            } catch {
                refusals.append(error.reason)
            }
        }
        if !refusals.isEmpty { acts.removeAll { !$0.act.event.isBlock } }
        let isNoted = refusals.isEmpty || !acts.isEmpty
        return (
            ImportBatch.Line(
                customer: isNoted ? people.customer : nil, addresses: isNoted ? people.addresses : [],
                acts: acts),
            refusals
        )
    }

    private struct People {
        let email: ContactReference?
        let phone: ContactReference?
        let customer: ContactReference?

        var addresses: [ContactReference] { [email, phone].compactMap(\.self) }
        var all: [ContactReference] { addresses + [customer].compactMap(\.self) }

        func address(of channel: Channel) -> ContactReference? { channel == .email ? email : phone }
    }

    private func references(_ line: ImportLine) -> People {
        func reference(_ identity: ContactIdentity?) -> ContactReference? {
            identity.map { keys.reference(to: $0, of: dealership) }
        }
        return People(
            email: reference(line.email.map(ContactIdentity.email)),
            phone: reference(line.phone.map(ContactIdentity.phone)),
            customer: reference(line.customer.map(ContactIdentity.customer)))
    }

    private func acts(
        _ said: ImportLine.Said, _ people: People, _ now: Timestamp
    ) throws(ValueError) -> [ImportBatch.Act] {
        let statement = said.statement
        // A block without a date stood at the latest when it was handed over; a consent without one cannot be proved.
        guard let occurredAt = said.occurredAt ?? (statement.event.isBlock ? now : nil) else {
            throw ValueError("\(statement.event.rawValue) needs the date that it was given on")
        }
        let evidence = said.evidence.map { EvidenceText($0, salt: Crypto.randomBytes(16)) }
        var acts: [ImportBatch.Act] = []
        for subject in try subjects(statement, people) {
            let act = ConsentAct(
                references: ContactReferences(
                    address: subject, customer: subject == people.customer ? nil : people.customer,
                    otherAddress: people.addresses.first { $0 != subject }),
                event: statement.event, scope: statement.scope, channel: statement.channel,
                occurredAt: occurredAt, method: .import, actor: actor,
                noticeDigest: statement.noticeDigest, evidenceDigest: evidence?.digest)
            try act.check(now: now)
            acts.append(ImportBatch.Act(act: act, evidence: evidence))
        }
        return acts
    }

    /// Of which references a statement is made: the address of its channel; without a channel, of every address that it would not be
    /// written under by itself; of the customer number where the line has no address.
    private func subjects(
        _ statement: ImportStatement, _ people: People
    ) throws(ValueError) -> [ContactReference] {
        if let channel = statement.channel {
            if let own = people.address(of: channel) { return [own] }
            guard !statement.event.isConsent, statement.scope != .channel else {
                throw ValueError(
                    channel == .email
                        ? "\(statement.event.rawValue) counts for an e-mail address, and the line has none"
                        : "\(statement.event.rawValue) counts for a phone number, and the line has none")
            }
        }
        switch statement.scope {
        case .marketing, .all: return Array(people.all.prefix(1))
        case .purpose, .channel: return people.addresses.isEmpty ? people.all : people.addresses
        }
    }
}
