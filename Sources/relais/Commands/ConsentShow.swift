// `relais consent show`: what the ledger holds of one person, and which blocks stand.

import Consent
import JSON
import OutboxStore

enum ConsentShow: Command {
    static let path = ["consent", "show"]
    static let summary = "show a contact's ledger entries and standing blocks"
    static let options = ContactOptions.all

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let home = try arguments.home()
        let (dealership, contact) = try ContactOptions.reference(arguments, home)
        let entries = try StoreSession.read(home) { reader in
            try reader.ledgerEntries(dealership: dealership, contact: contact)
        }
        let standing = Set(Standing(folding: entries).blocks.map(\.id))
        let blocks = entries.filter { standing.contains($0.id) }
        if arguments.isJSON {
            Terminal.write([
                "contact": .string(contact.description), "blocks": .array(blocks.map(\.view)),
                "entries": .array(entries.map(\.view)),
            ])
            return .ok
        }
        Terminal.write("\(contact)  \(blocks.isEmpty ? "no block stands" : "\(blocks.count) block(s) stand")")
        for entry in entries {
            Terminal.write("  \(EntryLine.text(entry))\(blocks.contains(entry) ? "  STANDS" : "")")
        }
        return .ok
    }
}
