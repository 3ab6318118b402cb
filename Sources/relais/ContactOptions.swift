// How a command names a person: `--email`, `--phone` or `--contact ct_…`, of one dealership.

import Crypto
import Domain
import Gateway

enum ContactOptions {
    static let all = [
        Option("--dealership", "ID", "whose contact"),
        Option("--email", "ADDRESS", "the contact's e-mail address"),
        Option("--phone", "NUMBER", "the contact's phone number, +352…"),
        Option("--contact", "ct_…", "the contact's reference"),
    ]

    static func reference(_ arguments: Arguments, _ home: Home) throws -> (DealershipID, ContactReference) {
        let dealership = try arguments.requiredValue("--dealership", DealershipID.init)
        let named = ["--email", "--phone", "--contact"].filter { arguments[$0] != nil }
        guard named.count == 1 else {
            throw Failure(.usage, "name the person by one of --email, --phone, --contact")
        }
        if let reference = try arguments.value("--contact", ContactReference.init) {
            return (dealership, reference)
        }
        if let address = try arguments.value("--email", EmailAddress.init) {
            return (dealership, home.keys.reference(to: .email(address), of: dealership))
        }
        let number = try arguments.requiredValue("--phone", PhoneNumber.init)
        return (dealership, home.keys.reference(to: .phone(number), of: dealership))
    }
}
