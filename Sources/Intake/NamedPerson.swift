// A person of a dealership as somebody outside names one: by e-mail address, phone number or customer number, by any of them
// together. What is said counts for the references that these make; which of them is the address depends on the channel.

import Consent
import Crypto
import Domain

package struct NamedPerson: Sendable {
    package var email: EmailAddress?
    package var phone: PhoneNumber?
    package var customer: CustomerNumber?

    package init(email: EmailAddress? = nil, phone: PhoneNumber? = nil, customer: CustomerNumber? = nil) {
        self.email = email
        self.phone = phone
        self.customer = customer
    }

    /// The one channel that the named addresses leave open; nil when it is none or either.
    var onlyChannel: Channel? {
        switch (email, phone) {
        case (_?, nil): .email
        case (nil, _?): .sms
        default: nil
        }
    }

    func hasAddress(of channel: Channel) -> Bool { channel == .email ? email != nil : phone != nil }

    /// The references; the address is that of the channel where it is named, else the other one, else the customer number.
    package func references(
        of dealership: DealershipID, channel: Channel?, keys: KeyRing
    ) throws(ConsentFault) -> ContactReferences {
        func reference(_ identity: ContactIdentity) -> ContactReference {
            keys.reference(to: identity, of: dealership)
        }
        let email = email.map { reference(.email($0)) }
        let phone = phone.map { reference(.phone($0)) }
        let customer = customer.map { reference(.customer($0)) }
        let (first, second) = channel == .sms ? (phone, email) : (email, phone)
        if let address = first ?? second {
            return ContactReferences(
                address: address, customer: customer, otherAddress: first == nil ? nil : second)
        }
        guard let customer else {
            throw ConsentFault(.contact, "name the person: email, phone, customer, or several of them")
        }
        return ContactReferences(address: customer)
    }
}
