// What a dealership's system or an operator wants in the ledger, made into an act with its proof: one maker for the API and the
// command line. A soft opt-in counts for the legal person that made the sale alone (directive 2002/58/EC, article 13(2)), and its sale
// stands in the evidence, beside the chain. What the ledger lets events, scopes and methods say together is `ConsentAct`'s.

import Consent
import Crypto
import Domain
import JSON
import OutboxStore

package struct ConsentStatement: Sendable {
    package enum Subject: Sendable {
        case person(NamedPerson)
        case reference(ContactReference)
    }

    /// What a soft opt-in rests on.
    package struct Sale: Sendable {
        package let reference: String
        /// `2026-11-20`.
        package let date: String

        package init(reference: String, date: String) {
            self.reference = reference
            self.date = date
        }
    }

    package var subject: Subject
    package var event: LedgerEvent
    package var scope: Scope
    package var channel: Channel?
    package var occurredAt: Timestamp
    package var method: ConsentMethod
    package var actor: String
    package var notice: Notice?
    package var evidence: String?
    package var sale: Sale?
    package var entity: String?

    package init(
        subject: Subject, event: LedgerEvent, scope: Scope, channel: Channel? = nil, occurredAt: Timestamp,
        method: ConsentMethod, actor: String, notice: Notice? = nil, evidence: String? = nil,
        sale: Sale? = nil, entity: String? = nil
    ) {
        self.subject = subject
        self.event = event
        self.scope = scope
        self.channel = channel
        self.occurredAt = occurredAt
        self.method = method
        self.actor = actor
        self.notice = notice
        self.evidence = evidence
        self.sale = sale
        self.entity = entity
    }

    /// The act and what proves it; what no ledger could use is refused.
    package func act(
        of dealership: Dealership, keys: KeyRing, purposes: PurposeTable
    ) throws(ConsentFault) -> (act: ConsentAct, proof: ConsentProof) {
        if case .purpose(let purpose) = scope, purposes[purpose] == nil {
            // An objection to anything else would stand and stop nothing.
            throw ConsentFault(
                .scope,
                "must be marketing, channel, all, or one of: \(purposes.names.joined(separator: ", "))")
        }
        let channel = try fittingChannel()
        // Consent counts as far as it can be proved (GDPR, article 7(1)): by what was agreed to. An import takes the dealership's word
        // for it, and one without a channel is refused by the ledger.
        if event == .given, notice == nil, channel != nil {
            throw ConsentFault(.notice, "is required: consent is proved by the notice that was shown")
        }
        let references: ContactReferences
        switch subject {
        case .person(let person):
            references = try person.references(of: dealership.id, channel: channel, keys: keys)
        case .reference(let reference): references = ContactReferences(address: reference)
        }
        let evidence = try evidenceText(dealership).map { EvidenceText($0, salt: Crypto.randomBytes(16)) }
        let act = ConsentAct(
            references: references, event: event, scope: scope, channel: channel, occurredAt: occurredAt,
            method: method, actor: actor, noticeDigest: notice?.digest, evidenceDigest: evidence?.digest)
        return (act, ConsentProof(evidence: evidence, notice: notice))
    }

    /// What counts for one channel counts for the address of that channel alone, so the two must fit.
    private func fittingChannel() throws(ConsentFault) -> Channel? {
        guard case .person(let person) = subject,
            scope == .channel || event.isConsent || event == .requested
        else { return channel }
        guard person.email != nil || person.phone != nil else {
            throw ConsentFault(
                .contact, "this counts for an address: name it by email or phone, not by customer alone")
        }
        // An objection to an address's channel needs no second word; consent is said for a channel.
        guard let channel = channel ?? (scope == .channel ? person.onlyChannel : nil) else { return nil }
        guard person.hasAddress(of: channel) else {
            throw ConsentFault(.channel, "\(channel.rawValue) does not fit the address that is named")
        }
        return channel
    }

    private func evidenceText(_ dealership: Dealership) throws(ConsentFault) -> String? {
        guard event == .softOptIn else {
            if sale != nil { throw ConsentFault(.sale, "is for soft-opt-in alone") }
            if entity != nil { throw ConsentFault(.entity, "is for soft-opt-in alone") }
            return evidence
        }
        guard let sale else {
            throw ConsentFault(
                .sale, "is required: a soft opt-in rests on a sale, with its reference and date")
        }
        guard let entity else {
            throw ConsentFault(.entity, "is required: the legal person that made the sale")
        }
        let controller = dealership.legalName ?? dealership.name
        guard entity == controller else {
            throw ConsentFault(
                .entity,
                "must be the dealership itself, \"\(controller)\": another's sale allows nothing here")
        }
        let text: JSONValue = [
            "sale": ["reference": .string(sale.reference), "date": .string(sale.date)],
            "entity": .string(entity), "evidence": .optional(evidence),
        ]
        return text.text()
    }
}

extension ConsentStatement.Sale {
    /// Checks a date: a day of the calendar that is not ahead.
    package static func date(_ text: String, now: Timestamp) throws(ValueError) -> String {
        // A day begins half a day earlier in the east than in Greenwich.
        guard text.utf8.count == 10, let day = try? Timestamp(text + "T00:00:00Z"),
            day <= now + .seconds(14 * 3600)
        else { throw ValueError("must be a date such as 2026-11-20, and not in the future") }
        return text
    }
}
