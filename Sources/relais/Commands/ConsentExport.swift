// `relais consent export`: one dealership's ledger in the order of its chain, what a processor owes its controller. Contact references stand
// for the people; what an entry's hash is made of is all in it (Outbox/README.md, "The ledger's encoding"), so anybody can check
// the chain without us. Read beside a running gateway, in constant memory.

import CSV
import Domain
import JSON
import OutboxStore

enum ConsentExport: Command {
    static let path = ["consent", "export"]
    static let summary = "write a dealership's ledger, in the order of its chain"
    static let options = [
        Option("--dealership", "ID", "whose ledger"),
        Option("--format", "FORMAT", "ndjson or csv (ndjson)"),
    ]

    private enum Format: String, CaseIterable {
        case ndjson
        case csv
    }

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let dealership = try arguments.requiredValue("--dealership", DealershipID.init)
        let format = try arguments.word("--format", Format.self) ?? .ndjson
        guard format == .ndjson || !arguments.isJSON else {
            throw Failure(.usage, "--json and --format csv exclude each other")
        }
        var output = OutputBuffer()
        var progress = ProgressLine(counting: "entries")
        try StoreSession.read(try arguments.home()) { reader in
            guard try reader.dealership(dealership) != nil else {
                throw StoreError.notFound("dealership \(dealership)")
            }
            if format == .csv { output.write(CSVLine.bytes(of: StoredLedgerEntry.fieldNames)) }
            var page = try reader.ledgerPage(dealership: dealership, after: 0)
            while let last = page.last {
                for stored in page {
                    output.write(format == .csv ? stored.csv : stored.exportView.bytes() + [0x0A])
                    progress.advance()
                }
                page = try reader.ledgerPage(dealership: dealership, after: last.entry.seq)
            }
        }
        output.flush()
        progress.finish()
        return .ok
    }
}

extension StoredLedgerEntry {
    /// The entry as it is shown, and its hash: everything that the chain is made of.
    var exportView: JSONValue {
        guard case .object(let members) = entry.view else { return entry.view }
        return .object(
            members + [JSONMember(name: "hash", value: .string(Hexadecimal.text(of: hash)))])
    }

    fileprivate static let fieldNames = [
        "id", "seq", "dealership", "contact", "relatedContact", "channel", "scope", "event", "refersTo",
        "occurredAt", "recordedAt", "method", "actor", "noticeDigest", "evidenceDigest", "prevHash", "hash",
    ]

    /// The same members as fields, in the order of `fieldNames`; one that is null is empty.
    fileprivate var csv: [UInt8] {
        let view = exportView
        return CSVLine.bytes(
            of: Self.fieldNames.map { name in
                switch view[name] {
                case .string(let text), .number(let text): text
                default: ""
                }
            })
    }
}
