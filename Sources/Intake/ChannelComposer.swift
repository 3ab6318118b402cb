// One request composed for its channels: each that the contact has an address for, all before anything is accepted, so that a message which falls
// back on another channel never finds there that it cannot be written.

import Composer
import Domain
import OutboxStore
import SMS

struct ChannelComposer {
    let composer: Composer
    let recipients: RecipientFilter
    let request: MessageRequest
    let kind: MessageKind
    let dealership: Dealership
    let now: Timestamp
    /// 26 bytes, the same for every channel: it is one message.
    let random: [UInt8]

    /// Nil when the contact has an address for none of them.
    func message(by channels: [Channel]) throws(CompositionError) -> ComposedMessage? {
        var email: ComposedEmail?
        var sms: ComposedSMS?
        var contents: [MessageContent] = []
        for channel in channels {
            switch channel {
            case .email:
                email = try composedEmail()
                if let email { contents.append(content(of: email)) }
            case .sms:
                sms = try composedSMS()
                if let sms { contents.append(content(of: sms)) }
            }
        }
        guard let id = email?.id ?? sms?.id, let digest = email?.templateDigest ?? sms?.templateDigest,
            let timing = email?.timing ?? sms?.timing
        else { return nil }
        return ComposedMessage(
            dealership: dealership, request: request, kind: kind, email: email, sms: sms, contents: contents,
            id: id, templateDigest: digest, timing: timing)
    }

    private func composedEmail() throws(CompositionError) -> ComposedEmail? {
        guard let address = request.recipient.email else { return nil }
        return try composer.email(
            request, kind: kind, to: address, from: dealership, at: now, random: random)
    }

    /// Nil without a number that an SMS can be sent to: a landline is no address of this channel.
    private func composedSMS() throws(CompositionError) -> ComposedSMS? {
        let plans = NumberPlans.standard
        guard let number = request.recipient.phone, plans.mayReceiveSMS(number) else { return nil }
        return try composer.sms(
            request, kind: kind, to: number, sender: try sender(to: number), from: dealership, at: now,
            random: random)
    }

    private func sender(to number: PhoneNumber) throws(CompositionError) -> String {
        guard let country = NumberPlans.standard.country(of: number) else {
            throw .invalidValue(pointer: "/to/phone", reason: "must be in a country that SMS are sent to")
        }
        do throws(ValueError) {
            let senders = try dealership.smsSenders.map { text throws(ValueError) in try SenderID(text) }
            return try SenderRules.standard.choose(from: senders, to: country, class: kind.class).text
        } catch {
            throw .notConfigured(error.reason)
        }
    }

    private func content(of email: ComposedEmail) -> MessageContent {
        MessageContent(
            channel: .email, references: email.references, sender: email.sender.address,
            recipient: email.recipient.address, body: email.body,
            isRecipientAllowed: recipients.allows(email.recipient))
    }

    private func content(of sms: ComposedSMS) -> MessageContent {
        let country = NumberPlans.standard.country(of: sms.recipient)
        return MessageContent(
            channel: .sms, references: sms.references, sender: sms.sender, recipient: sms.recipient.e164,
            body: Array(sms.text.text.utf8), segments: sms.text.segments,
            isRecipientAllowed: recipients.allows(sms.recipient),
            isCountryAllowed: dealership.countries.map { allowed in country.map(allowed.contains) ?? false }
                ?? true)
    }
}
