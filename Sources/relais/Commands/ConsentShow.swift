// `relais consent show`: what the ledger holds of one person, and which blocks stand.

import Consent
import Domain
import JSON
import OutboxStore
import Runtime

enum ConsentShow: Command {
    static let path = ["consent", "show"]
    static let summary = "show a contact's ledger entries and standing blocks"
    static let options = ContactOptions.all

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let home = try arguments.home()
        let (dealership, contact) = try ContactOptions.reference(arguments, home)
        let history = try StoreSession.read(home) { reader in
            try reader.consents(
                of: ContactReferences(address: contact), dealership: dealership, at: WallClock.system.now())
        }
        let blocks = history.blocks
        if arguments.isJSON {
            guard case .object(let members) = history.view else { return .internalError }
            let list = JSONMember(name: "blocks", value: .array(blocks.map(\.view)))
            Terminal.write(JSONValue.object(members + [list]))
            return .ok
        }
        let summary =
            history.entries.isEmpty
            ? "nothing is known of this reference"
            : blocks.isEmpty ? "no block stands" : "blocks that stand: \(blocks.count)"
        Terminal.write("\(contact)  \(summary)")
        let standing = Standing(folding: history.entries)
        for entry in history.entries {
            Terminal.write("  \(EntryLine.text(entry))\(mark(entry, standing))")
        }
        return .ok
    }

    /// What an entry still decides.
    private static func mark(_ entry: LedgerEntry, _ standing: Standing) -> String {
        guard let row = standing.entries.first(where: { $0.id == entry.id }) else { return "" }
        if row.event.isConsent { return "  COUNTS" }
        guard standing.blocks.contains(row) else { return "" }
        let exceptions = row.exceptions.map { "\($0.purpose) by \($0.channel.rawValue)" }
        return exceptions.isEmpty ? "  STANDS" : "  STANDS, but not for \(exceptions.joined(separator: ", "))"
    }
}
