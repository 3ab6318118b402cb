// `relais contact rectify`: an address was wrong. What was said under the old one stays said; under the right one nothing says any more that
// it is wrong, and for somebody who changed it their objections come along.

import Consent
import Crypto
import Domain
import Gateway
import JSON
import OutboxStore

enum ContactRectify: Command {
    static let path = ["contact", "rectify"]
    static let summary = "correct a person's address; messages waiting for the old one are cancelled"
    static let options = [
        Option("--dealership", "ID", "whose contact"),
        Option("--email", "ADDRESS", "the e-mail address that was wrong"),
        Option("--to-email", "ADDRESS", "the right one"),
        Option("--phone", "NUMBER", "or the phone number that was wrong, +352…"),
        Option("--to-phone", "NUMBER", "the right one"),
        Option(
            "--reason", "REASON",
            "changed (theirs before: objections come along) or never-theirs (somebody else's: nothing does)"),
        Option("--evidence", "TEXT", "what proves it; kept beside the chain; required"),
    ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let home = try arguments.home()
        let dealership = try arguments.requiredValue("--dealership", DealershipID.init)
        let (old, new) = try addresses(arguments)
        _ = try arguments.required("--reason")
        guard let reason = try arguments.word("--reason", Rectification.Reason.self) else { return .usage }
        let note = try arguments.requiredValue("--evidence") { text throws(ValueError) in
            guard !text.allSatisfy(\.isWhitespace) else { throw ValueError("must say what proves it") }
            return text
        }
        let evidence = EvidenceText.rectification(reason, note, salt: Crypto.randomBytes(16))
        let rectification = try Rectification(
            dealership: dealership, old: home.keys.reference(to: old, of: dealership),
            new: home.keys.reference(to: new, of: dealership), reason: reason, author: .atKeyboard,
            evidenceDigest: evidence.digest)
        let contact = try StoreSession.write(home) { try $0.rectify(rectification, evidence) }
        if arguments.isJSON {
            Terminal.write(contact.view)
        } else {
            for entry in contact.added { Terminal.write(EntryLine.text(entry)) }
            Terminal.write("\(contact.cancelled) messages to the old address are cancelled")
        }
        if contact.inDoubt > 0 {
            Terminal.complain(
                "note: \(contact.inDoubt) messages to the old address are being sent or may have been; see relais outbox list "
                    + "--contact \(rectification.old)")
        }
        return .ok
    }

    private static func addresses(_ arguments: Arguments) throws -> (ContactIdentity, ContactIdentity) {
        let named = ["--email", "--to-email", "--phone", "--to-phone"].filter { arguments[$0] != nil }
        switch named {
        case ["--email", "--to-email"]:
            return (
                .email(try arguments.requiredValue("--email", EmailAddress.init)),
                .email(try arguments.requiredValue("--to-email", EmailAddress.init))
            )
        case ["--phone", "--to-phone"]:
            return (
                .phone(try arguments.requiredValue("--phone", PhoneNumber.init)),
                .phone(try arguments.requiredValue("--to-phone", PhoneNumber.init))
            )
        default:
            throw Failure(.usage, "give --email and --to-email, or --phone and --to-phone")
        }
    }
}
