// The tenant and controller: who writes, from which addresses, in which language, signed by whom. Values only; the file
// that an operator puts is read in Intake, and kept as it was written.

import Foundation

package struct Dealership: Sendable {
    package var id: DealershipID
    package var name: String
    package var legalName: String?
    package var address: String
    package var country: CountryCode
    package var locale: LocaleTag
    package var timeZone: String
    package var phone: PhoneNumber?
    package var serviceSender: Sender
    package var marketingSender: Sender?
    package var logoURL: WebLink?
    package var colour: String?
    package var mediaHosts: [String]
    package var advisors: [Advisor]
    /// How many messages go on one of its days; nil for any number.
    package var messagesPerDay: Int?
    /// What its SMS come from, in order of preference: the first that the country shows is taken.
    package var smsSenders: [String] = []
    /// Letters that GSM-7 lacks are written with those it has, whatever the template says.
    package var transliteratesSMS = false
    /// Where its SMS may go without an operator's look; nil for every country with a numbering plan here.
    package var countries: [CountryCode]?
    /// How many SMS segments go on one of its days; nil for any number.
    package var smsSegmentsPerDay: Int?

    package init(
        id: DealershipID, name: String, legalName: String?, address: String, country: CountryCode,
        locale: LocaleTag,
        timeZone: String, phone: PhoneNumber?, serviceSender: Sender, marketingSender: Sender?,
        logoURL: WebLink?,
        colour: String?, mediaHosts: [String], advisors: [Advisor], messagesPerDay: Int? = nil
    ) {
        self.id = id
        self.name = name
        self.legalName = legalName
        self.address = address
        self.country = country
        self.locale = locale
        self.timeZone = timeZone
        self.phone = phone
        self.serviceSender = serviceSender
        self.marketingSender = marketingSender
        self.logoURL = logoURL
        self.colour = colour
        self.mediaHosts = mediaHosts
        self.advisors = advisors
        self.messagesPerDay = messagesPerDay
    }

    /// The day where the dealership is: `2027-01-31`.
    package func day(at moment: Timestamp) -> String {
        let zone = TimeZone(identifier: timeZone) ?? .gmt
        return moment.date.formatted(Date.ISO8601FormatStyle(timeZone: zone).year().month().day())
    }

    /// The address that a class of messages comes from: subscriptions keep apart from service mail (standards A3.13).
    package func sender(for purposeClass: PurposeClass) -> Sender? {
        purposeClass.needsConsent ? marketingSender : serviceSender
    }
}

/// From whom a message comes and where its answer goes.
package struct Sender: Sendable {
    package var address: EmailAddress
    package var name: String?
    package var replyTo: EmailAddress?

    package init(address: EmailAddress, name: String?, replyTo: EmailAddress?) {
        self.address = address
        self.name = name
        self.replyTo = replyTo
    }
}

/// The member of the staff who signs a message.
package struct Advisor: Sendable {
    package var id: String?
    package var name: String
    package var email: EmailAddress?
    package var phone: PhoneNumber?
    package var pictureURL: WebLink?

    package init(id: String?, name: String, email: EmailAddress?, phone: PhoneNumber?, pictureURL: WebLink?) {
        self.id = id
        self.name = name
        self.email = email
        self.phone = phone
        self.pictureURL = pictureURL
    }
}
