// The contact of one message, with the identities that the gate is asked about.

package struct Recipient: Sendable {
    package var customer: CustomerNumber?
    package var name: String?
    package var email: EmailAddress?
    package var phone: PhoneNumber?
    package var locale: LocaleTag?

    package init(
        customer: CustomerNumber?, name: String?, email: EmailAddress?, phone: PhoneNumber?,
        locale: LocaleTag?
    ) {
        self.customer = customer
        self.name = name
        self.email = email
        self.phone = phone
        self.locale = locale
    }
}
