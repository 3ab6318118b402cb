// The lines of an import, in the writer's transaction. A line is what a message and an act would be: it notes whose addresses these are, and
// what was said goes into the ledger by the same rules.

import Consent
import Domain

extension WriteTransaction {
    func importStatements(_ batch: ImportBatch, dealership: DealershipID) throws -> [ImportResult] {
        for notice in batch.notices { try keep(notice, dealership: dealership) }
        return try batch.lines.map { line in
            // Before what the line says: its address may be the one that makes the number a counter customer's.
            if let customer = line.customer {
                try share(line.addresses, with: customer, dealership: dealership)
            }
            let recorded = try line.acts.map {
                try record($0.act, dealership: dealership, proof: ConsentProof(evidence: $0.evidence))
            }
            if recorded.isEmpty { return .contact }
            let added = recorded.flatMap(\.added)
            return added.isEmpty
                ? .standing(recorded.flatMap(\.standing).map(\.id)) : .recorded(added.map(\.id))
        }
    }
}

extension StoreReader {
    /// What would become of each line, as if it were the batch's only one; nothing is written.
    package func rehearse(
        _ batch: ImportBatch, dealership: DealershipID, now: Timestamp
    ) throws(StoreError) -> [ImportResult] {
        try read {
            try batch.lines.map { line in
                var known: [LedgerEntryID] = []
                for var act in line.acts.map(\.act) {
                    act.references = try GateDesk(connection: connection).withoutCounterCustomer(
                        act.references, dealership: dealership)
                    let standing = try StandingTable(connection: connection).standing(
                        dealership: dealership, references: act.references.all)
                    let planned = act.entries(dealership: dealership, standing: standing, recordedAt: now) {
                        LedgerEntryID(at: now, random: [UInt8](repeating: 0, count: 10))
                    }
                    let (added, imported) = try LedgerTable(connection: connection).withoutImported(planned)
                    guard added.isEmpty else { return .recorded([]) }
                    known += imported
                    known += standing.entries.filter { $0.event == act.event && $0.scope == act.scope }.map(
                        \.id)
                }
                return line.acts.isEmpty ? .contact : .standing(known)
            }
        }
    }
}
