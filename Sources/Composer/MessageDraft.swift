// What a message says whichever channel it takes: its language, its words, its token and its times.

import Domain
import TemplateEngine

struct MessageDraft {
    let request: MessageRequest
    let dealership: Dealership
    let locale: LocaleTag
    let amountLocale: LocaleTag
    let text: LocalizedText
    let token: UnsubscribeToken
    let terms: TermsNotice?

    /// As it was asked, and never later than what the message is about allows.
    var timing: MessageTiming {
        var timing = request.timing
        timing.deliverBy = timing.deliverBy ?? terms?.deliverBy
        return timing
    }

    func context(_ links: MessageLinks, asksFor: Purpose? = nil) -> TemplateValue {
        MessageContext.value(
            request, dealership: dealership, locale: locale, amountLocale: amountLocale, words: text.words,
            links: links, asksFor: asksFor, terms: terms)
    }
}

/// What a message goes to.
enum MessageAddress {
    case email(EmailAddress)
    case phone(PhoneNumber)

    var channel: Channel {
        switch self {
        case .email: .email
        case .phone: .sms
        }
    }

    var identity: ContactIdentity {
        switch self {
        case .email(let address): .email(address)
        case .phone(let number): .phone(number)
        }
    }
}
