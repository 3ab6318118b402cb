// What lies beside a dealership's ledger, for the export of it.

import Domain

extension StoreReader {
    /// What lies beside an entry of the ledger, under the digest that is in it.
    package func evidence(of entry: LedgerEntryID) throws(StoreError) -> EvidenceText? {
        try read {
            try connection.first(
                "SELECT text, salt FROM evidence WHERE entry = ?", [.blob(entry.bytes)]
            ) { EvidenceText($0.text(0), salt: $0.blob(1)) }
        }
    }

    /// The texts that people of a dealership agreed to.
    package func notices(of dealership: DealershipID) throws(StoreError) -> [Notice] {
        try read {
            try connection.all(
                "SELECT version, language, text FROM notice WHERE dealership = ? ORDER BY digest",
                [.text(dealership.text)]
            ) { row in
                (try? LocaleTag(row.text(1))).map {
                    Notice(version: row.text(0), language: $0, text: row.text(2))
                }
            }.compactMap(\.self)
        }
    }
}
