// How a command names a person of one dealership: an address, a number, a reference, or an entry that is about them. Blocks stand under
// each of a person's references by themselves, so one may have to be named after the other.

import Crypto
import Domain
import Gateway
import OutboxStore

enum ContactOptions {
    static let all = [
        Option("--dealership", "ID", "whose contact"),
        Option("--email", "ADDRESS", "the contact's e-mail address"),
        Option("--phone", "NUMBER", "the contact's phone number, +352…"),
        Option("--customer", "NUMBER", "the dealership's number of the contact (to.id)"),
        Option("--contact", "ct_…", "the contact's reference"),
        Option("--entry", "led_…", "whoever this ledger entry is about"),
    ]

    static func reference(_ arguments: Arguments, _ home: Home) throws -> (DealershipID, ContactReference) {
        let dealership = try arguments.requiredValue("--dealership", DealershipID.init)
        let named = ["--email", "--phone", "--customer", "--contact", "--entry"].filter {
            arguments[$0] != nil
        }
        guard named.count == 1 else {
            throw Failure(
                .usage, "name the person by one of --email, --phone, --customer, --contact, --entry")
        }
        if let reference = try arguments.value("--contact", ContactReference.init) {
            return (dealership, reference)
        }
        if let id = try arguments.value("--entry", LedgerEntryID.init) {
            guard let contact = try home.openReader().contact(ofEntry: id, dealership: dealership) else {
                throw StoreError.notFound("ledger entry \(id) of \(dealership)")
            }
            return (dealership, contact)
        }
        return (dealership, home.keys.reference(to: try identity(arguments), of: dealership))
    }

    private static func identity(_ arguments: Arguments) throws -> ContactIdentity {
        if let address = try arguments.value("--email", EmailAddress.init) { return .email(address) }
        if let number = try arguments.value("--phone", PhoneNumber.init) { return .phone(number) }
        return .customer(try arguments.requiredValue("--customer", CustomerNumber.init))
    }
}
