// How a command names a person of one dealership: an address, a number, a reference, or an entry that is about them. Blocks stand under
// each of a person's references by themselves, so a look is at one of them; what is recorded may name several together.

import Consent
import Crypto
import Domain
import Gateway
import Intake
import OutboxStore

enum ContactOptions {
    static let all = [
        Option("--dealership", "ID", "whose contact; an entry says it by itself"),
        Option("--email", "ADDRESS", "the contact's e-mail address"),
        Option("--phone", "NUMBER", "the contact's phone number, +352…"),
        Option("--customer", "NUMBER", "the dealership's number of the contact (to.id)"),
        Option("--contact", "ct_…", "the contact's reference"),
        Option("--entry", "led_…", "whoever this ledger entry is about"),
    ]
    private static let identities = ["--email", "--phone", "--customer"]

    /// The one reference that is named.
    static func reference(_ arguments: Arguments, _ home: Home) throws -> (DealershipID, ContactReference) {
        let (dealership, subject) = try subject(arguments, home)
        switch subject {
        case .reference(let reference): return (dealership, reference)
        case .person(let person):
            guard identities.filter({ arguments[$0] != nil }).count == 1 else {
                throw Failure(
                    .usage, "name the person by one of --email, --phone, --customer, --contact, --entry")
            }
            let references = try person.references(of: dealership, channel: nil, keys: home.keys)
            return (dealership, references.address)
        }
    }

    /// The person, by a reference or by any of the three identities together.
    static func subject(
        _ arguments: Arguments, _ home: Home
    ) throws -> (DealershipID, ConsentStatement.Subject) {
        let named = try arguments.value("--dealership", DealershipID.init)
        let entry = try arguments.value("--entry", LedgerEntryID.init)
        let contact = try arguments.value("--contact", ContactReference.init)
        let isIdentified = identities.contains { arguments[$0] != nil }
        if entry == nil, named == nil { throw Failure(.usage, "--dealership is required") }
        guard [entry != nil, contact != nil, isIdentified].filter({ $0 }).count == 1 else {
            throw Failure(
                .usage, "name the person by one of --email, --phone, --customer, --contact, --entry")
        }
        if let entry {
            guard let found = try home.openReader().contact(ofEntry: entry),
                named == nil || named == found.dealership
            else {
                throw StoreError.notFound("ledger entry \(entry)\(named.map { " of \($0)" } ?? "")")
            }
            return (found.dealership, .reference(found.contact))
        }
        let dealership = try arguments.requiredValue("--dealership", DealershipID.init)
        if let contact { return (dealership, .reference(contact)) }
        return (
            dealership,
            .person(
                NamedPerson(
                    email: try arguments.value("--email", EmailAddress.init),
                    phone: try arguments.value("--phone", PhoneNumber.init),
                    customer: try arguments.value("--customer", CustomerNumber.init)))
        )
    }
}
