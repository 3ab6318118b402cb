// How a command names a person by everything that is known of them: address, phone and customer number together.

import Consent
import Domain
import Gateway
import Glibc
import Runtime

enum SubjectOptions {
    static let all = [
        Option("--dealership", "ID", "whose contact"),
        Option("--email", "ADDRESS", "the person's e-mail address"),
        Option("--phone", "NUMBER", "the person's phone number, +352…"),
        Option("--customer", "NUMBER", "the dealership's number of the person (to.id)"),
        Option("--contact", "ct_…", "a reference that is known to be theirs; name all that are known"),
    ]

    static func subject(_ arguments: Arguments, _ home: Home) throws -> Subject {
        let dealership = try arguments.requiredValue("--dealership", DealershipID.init)
        let identities = try [
            arguments.value("--email", EmailAddress.init).map { ContactIdentity.email($0) },
            arguments.value("--phone", PhoneNumber.init).map { ContactIdentity.phone($0) },
            arguments.value("--customer", CustomerNumber.init).map { ContactIdentity.customer($0) },
        ].compactMap(\.self)
        let known = try arguments.value("--contact", ContactReference.init)
        let references =
            identities.map { home.keys.reference(to: $0, of: dealership) } + [known].compactMap(\.self)
        do {
            return try Subject(dealership: dealership, references: references)
        } catch {
            throw Failure(
                .usage, "name the person by --email, --phone, --customer, --contact: all that are known")
        }
    }
}

extension Author {
    /// Who is at the keyboard, for the ledger.
    static var atKeyboard: Author {
        Author(method: .operator, actor: "operator:" + SystemUser.name(of: geteuid()))
    }
}
