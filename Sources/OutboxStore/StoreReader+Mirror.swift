// What a reader sees of the mirror, beside the process that owns it: whether it has entries that the store lacks. The file is read before the
// store, which a gateway writes first, so one that runs is never found behind.

import Domain
import JSON
import Runtime

extension StoreReader {
    /// By dealership, how many entries at the end of its chain only the mirror has; nothing where there is no mirror yet.
    ///
    /// - Throws: `unusable` when the file is not the mirror of a ledger of this key.
    package func entriesMissing(
        ofMirror path: String, keyFingerprint: String
    ) throws(StoreError) -> [(dealership: DealershipID, count: Int64)] {
        guard Files.exists(path) else { return [] }
        let ends: [DealershipID: Int64]
        do {
            ends = try Self.ends(path, title: LedgerLine.title(keyFingerprint: keyFingerprint))
        } catch {
            throw .unusable("the ledger's mirror \(path) cannot be used: \(error)")
        }
        return try read {
            let table = LedgerTable(connection: connection)
            return try ends.sorted { $0.key.text < $1.key.text }.compactMap { dealership, end in
                let count = end - (try table.end(of: dealership).seq)
                return count > 0 ? (dealership, count) : nil
            }
        }
    }

    /// The place of each chain's last whole line.
    private static func ends(_ path: String, title: [UInt8]) throws -> [DealershipID: Int64] {
        var ends: [DealershipID: Int64] = [:]
        var lines = NDJSONReader()
        let file = try RereadableInput(path, spoolFolder: Files.parentFolder(of: path))
        try file.forEachPiece { piece in
            try lines.read(piece) { number, line in
                guard number > 1, let line else {
                    guard line?.elementsEqual(title.dropLast()) == true else {
                        throw StoreError.unusable("its first line is not that of a ledger of this secret.key")
                    }
                    return
                }
                let (dealership, end) = try LedgerLine.place(of: line)
                ends[dealership] = end.seq
            }
        }
        return ends
    }

    /// Whether any dealership was put.
    package func hasDealership() throws(StoreError) -> Bool {
        try read {
            try connection.first("SELECT 1 FROM dealership WHERE record <> '' LIMIT 1") { _ in true } == true
        }
    }
}
