// The gate with the ledger's rows before it: asked by the transaction that acts on the answer (accept, claim), and once more by a
// reader when a claimed message was slow to leave. An error of the store is an error here, and nobody sends on an error.

import Consent
import Domain
import SQLite

struct GateDesk {
    let connection: Connection

    func decide(_ question: GateQuestion, dealership: DealershipID) throws -> GateVerdict {
        let references = try withoutCounterCustomer(question.references, dealership: dealership)
        let entries = try LedgerTable(connection: connection).entries(
            dealership: dealership, references: references.all)
        return Gate.decide(
            GateQuestion(
                purpose: question.purpose, class: question.class, channel: question.channel,
                references: references),
            entries: entries)
    }

    /// A number seen with more than eight addresses is a counter customer and counts for nothing (contract, section 6).
    func isCounterCustomer(_ customer: ContactReference, dealership: DealershipID) throws -> Bool {
        let count = try connection.first(
            "SELECT count(*) FROM customer_address WHERE dealership = ? AND customer = ?",
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
