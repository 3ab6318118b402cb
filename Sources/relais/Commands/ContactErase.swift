// `relais contact erase`: removes what is held about a person, but for the record by which their objection is kept. 75 while a message to
// them is being sent, with nothing done, and when an old page of the store could not be removed yet; the same command finishes it.

import JSON
import OutboxStore

enum ContactErase: Command {
    static let path = ["contact", "erase"]
    static let summary = "erase what is held about a person; objections stay and still block"
    static let options = SubjectOptions.all

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let home = try arguments.home()
        let subject = try SubjectOptions.subject(arguments, home)
        let counts = try StoreSession.write(home) { try $0.erase(subject, by: .atKeyboard) }
        if arguments.isJSON {
            Terminal.write(subject.view(erased: counts))
            return .ok
        }
        for contact in subject.references { Terminal.write("\(contact)  erased") }
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) where count > 0 && name != "ledger" {
            Terminal.write("  \(name)  \(count)")
        }
        Terminal.complain(
            "note: what a provider received and what older backups hold is not in reach of this command; see Outbox/README.md"
        )
        return .ok
    }
}
