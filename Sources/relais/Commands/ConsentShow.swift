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
        Terminal.write("\(contact)  \(blocks.isEmpty ? "no block stands" : "\(blocks.count) block(s) stand")")
        for entry in history.entries {
            Terminal.write("  \(EntryLine.text(entry))\(blocks.contains(entry) ? "  STANDS" : "")")
        }
        return .ok
    }
}
