// The gate with the table of what stands before it: asked by the transaction that acts on the answer (accept, claim), and once more by a
// reader when a claimed message was slow to leave. An error of the store is an error here, and nobody sends on an error.

import Consent
import Domain
import SQLite

struct GateDesk {
    let connection: Connection

    func decide(_ question: GateQuestion, dealership: DealershipID) throws -> GateDecision {
        let references = try withoutCounterCustomer(question.references, dealership: dealership)
        let standing = try StandingTable(connection: connection).standing(
            dealership: dealership, references: references.all)
        let counted = question.with(references)
        return GateDecision(
            ruling: Gate.ruling(counted, entries: standing.entries), at: question.at,
            seq: try LedgerTable(connection: connection).end(of: dealership).seq,
            countsCustomer: references.customer == question.references.customer)
    }

    /// A number seen with more than eight addresses is a counter customer and counts for nothing (contract, section 6).
    func isCounterCustomer(_ customer: ContactReference, dealership: DealershipID) throws -> Bool {
        let count = try connection.first(
            "SELECT count(*) FROM (SELECT 1 FROM customer_address WHERE dealership = ? AND customer = ? LIMIT 9)",
            [.text(dealership.text), .blob(customer.bytes)]
        ) { $0.integer(0) }
        return (count ?? 0) > 8
    }

    func withoutCounterCustomer(
        _ references: ContactReferences, dealership: DealershipID
    ) throws -> ContactReferences {
        guard let customer = references.customer, try isCounterCustomer(customer, dealership: dealership)
        else {
            return references
        }
        return ContactReferences(address: references.address, otherAddress: references.otherAddress)
    }
}

/// What the gate said, and from what: enough to decide again (`outbox explain`).
struct GateDecision {
    /// The columns of a message's row that `values` are for.
    static let columns = ["gate_at_ms", "gate_seq", "gate_counts_customer", "gate_verdict", "gate_entry"]

    let ruling: GateRuling
    let at: Timestamp
    /// The last entry of the dealership's chain.
    let seq: Int64
    /// False when the message's customer number is a counter customer's.
    let countsCustomer: Bool

    var verdict: GateVerdict { ruling.verdict }

    /// What a message's row keeps of it.
    var values: [SQLValue] {
        [
            .integer(at.milliseconds), .integer(seq), .integer(countsCustomer ? 1 : 0),
            .text(verdict.word), .blob(ruling.entry?.bytes),
        ]
    }
}
