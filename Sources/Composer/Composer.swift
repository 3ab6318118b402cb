// From a checked request to the exact bytes of an e-mail or an SMS, once: language, words, links, token, MIME. Pure but for the clock and
// the randomness that it is handed. It promises that a message which cannot be composed whole is an error that names template,
// line and variable, never a mail with a hole in it.

import Crypto
import Domain
import Foundation
import MIME
import TemplateEngine

/// A composed e-mail: what is stored and sent.
package struct ComposedEmail: Sendable {
    package let id: MessageID
    package let subject: String
    package let html: String
    package let text: String
    package let locale: LocaleTag
    package let references: ContactReferences
    package let sender: EmailAddress
    package let recipient: EmailAddress
    package let templateDigest: [UInt8]
    /// The purpose that a message of purpose `confirmation` asks consent for; nil for every other message.
    package let asksFor: Purpose?
    /// As it was asked, and never later than what the message is about allows.
    package let timing: MessageTiming
    /// RFC 5322, complete.
    package let body: [UInt8]
}

/// Why a message could not be composed.
package enum CompositionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A template failed; `kind` is the file of the message that it was rendered for, which may only have named it.
    case template(TemplateError, kind: String)
    case mail(MIMEError)
    /// A value of the request that this kind cannot be sent with.
    case invalidValue(pointer: String, reason: String)
    /// Something the message needs is not configured.
    case notConfigured(String)

    package var description: String {
        switch self {
        case .template(let error, let kind):
            error.template == kind ? error.description : "\(kind): \(error)"
        case .mail(let error): error.description
        case .invalidValue(_, let reason), .notConfigured(let reason): reason
        }
    }

    /// Where in the request the fault is, or the missing variable would stand, if it is one of the caller's.
    package var pointer: String? {
        if case .invalidValue(let pointer, _) = self { return pointer }
        guard case .template(let error, _) = self, case .missingVariable(let name) = error.reason else {
            return nil
        }
        let parts = name.split(separator: ".")
        guard let first = parts.first, ["to", "advisor", "intervention", "data"].contains(first) else {
            return nil
        }
        return "/" + parts.joined(separator: "/")
    }
}

package struct Composer: Sendable {
    private let library: TemplateLibrary
    let keys: KeyRing
    let publicURL: String
    private let offersOneClick: Bool

    /// - Parameters:
    ///   - publicURL: the base of every link, without a slash at its end.
    ///   - offersOneClick: the message will be DKIM-signed and `publicURL` is https, so RFC 8058 allows
    ///     `List-Unsubscribe-Post`.
    package init(library: TemplateLibrary, keys: KeyRing, publicURL: String, offersOneClick: Bool) {
        self.library = library
        self.keys = keys
        self.publicURL = publicURL
        self.offersOneClick = offersOneClick
    }

    /// Composes what is only looked at: whoever tries a link of it changes nothing.
    package var forPreview: Composer {
        Composer(
            library: library, keys: keys.forPreview, publicURL: publicURL, offersOneClick: offersOneClick)
    }

    /// Composes the e-mail of a request.
    ///
    /// - Parameters:
    ///   - recipient: the address that the message goes to.
    ///   - random: 26 bytes: ten for the id, sixteen for the Message-ID.
    package func email(
        _ request: MessageRequest, kind: MessageKind, to recipient: EmailAddress, from dealership: Dealership,
        at now: Timestamp, random: [UInt8]
    ) throws(CompositionError) -> ComposedEmail {
        let sender = try sender(of: kind, dealership)
        let asksFor = try purposeAskedFor(request, kind, at: now)
        let draft = try draft(
            request, kind, .email(recipient), dealership, asksFor: asksFor, at: now, random: random)
        guard let templates = draft.text.email else { throw Self.missing(.email, kind) }
        let links = links(draft.token, asksFor)
        let context = draft.context(links, asksFor: asksFor)
        let subject = try render(templates.subject, context, .text)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let html = try render(templates.html, context, .html)
        let plain = try render(templates.text, context, .text)
        let id = draft.token.message
        let mail = MailMessage(
            from: MailboxAddress(
                displayName: sender.name ?? dealership.name, address: sender.address.address),
            to: MailboxAddress(displayName: request.recipient.name, address: recipient.address),
            replyTo: replyTo(sender, request.advisor), subject: subject,
            date: request.timing.start(createdAt: now).date,
            messageID: "\(Hexadecimal.text(of: random.suffix(16))).\(id)@\(sender.address.domain)",
            headers: headers(kind, links.unsubscribe), text: plain, html: html, boundarySeed: id.description)
        do {
            return ComposedEmail(
                id: id, subject: subject, html: html, text: plain, locale: draft.locale,
                references: draft.token.references, sender: sender.address, recipient: recipient,
                templateDigest: draft.text.digest, asksFor: asksFor, timing: draft.timing,
                body: try mail.encoded())
        } catch {
            throw .mail(error)
        }
    }

    /// What a message says in every channel: its language, its words, its token.
    func draft(
        _ request: MessageRequest, _ kind: MessageKind, _ address: MessageAddress, _ dealership: Dealership,
        asksFor: Purpose?, at now: Timestamp, random: [UInt8]
    ) throws(CompositionError) -> MessageDraft {
        let chain = LocaleTag.chain(contact: request.recipient.locale, dealership: dealership.locale)
        guard let (locale, text) = kind.text(for: chain) else {
            throw .notConfigured(
                "the template \(kind.name) has no text in \(chain.map(\.text).joined(separator: ", "))")
        }
        let token = UnsubscribeToken(
            dealership: dealership.id, references: references(of: request.recipient, address, dealership.id),
            purpose: kind.purpose, class: kind.class, channel: address.channel,
            locale: library.pageLocale(for: chain),
            message: MessageID(at: now, random: Array(random.prefix(10))))
        return MessageDraft(
            request: request, dealership: dealership, locale: locale,
            amountLocale: Self.amountLocale(chain, locale), text: text, token: token,
            terms: try TermsNotice(request, kind, dealership, locale: locale, at: now))
    }

    /// A kind that was asked for a channel that it does not have.
    static func missing(_ channel: Channel, _ kind: MessageKind) -> CompositionError {
        .notConfigured("the template \(kind.name) is not sent by \(channel.rawValue)")
    }

    private func sender(
        of kind: MessageKind, _ dealership: Dealership
    ) throws(CompositionError) -> Sender {
        guard let sender = dealership.sender(for: kind.class) else {
            throw .notConfigured(
                "the dealership has no sender for \(kind.class.rawValue) messages: add senders.marketing")
        }
        // Who advertises must be identifiable (standards.md C4.3, ePrivacy 13(4)); its postal address is required of every dealership.
        guard !kind.class.needsConsent || dealership.legalName != nil else {
            throw .notConfigured(
                "the dealership has no legalName, which \(kind.class.rawValue) messages must show: add it")
        }
        return sender
    }

    /// What a message of purpose `confirmation` asks consent for: `data.purpose`, else the newsletter.
    private func purposeAskedFor(
        _ request: MessageRequest, _ kind: MessageKind, at now: Timestamp
    ) throws(CompositionError) -> Purpose? {
        guard kind.purpose.text == "confirmation" else { return nil }
        guard request.timing.start(createdAt: now) - now < ConfirmToken.lifetime else {
            throw .invalidValue(
                pointer: "/notBefore",
                reason: "must be less than 30 days ahead: the link to confirm ends then")
        }
        let name: String
        switch request.data["purpose"] {
        case nil, .null: name = "newsletter"
        case .string(let text): name = text
        default: name = ""
        }
        guard let purpose = try? Purpose(name), library.purposes[purpose]?.needsConsent == true else {
            throw .invalidValue(
                pointer: "/data/purpose",
                reason: "must be a purpose of class marketing or survey, such as newsletter")
        }
        return purpose
    }

    private func links(_ token: UnsubscribeToken, _ asksFor: Purpose?) -> MessageLinks {
        MessageLinks(
            unsubscribe: publicURL + "/u/" + token.sealed(with: keys),
            confirm: asksFor.map { purpose in
                publicURL + "/c/" + ConfirmToken(unsubscribe: token, purpose: purpose).sealed(with: keys)
            },
            page: asksFor == nil ? publicURL + "/m/" + PageToken(unsubscribe: token).sealed(with: keys) : nil)
    }

    /// The address that it goes to, and what else is known of the contact.
    private func references(
        of contact: Recipient, _ address: MessageAddress, _ dealership: DealershipID
    ) -> ContactReferences {
        let other: ContactIdentity? =
            switch address {
            case .email: contact.phone.map { .phone($0) }
            case .phone: contact.email.map { .email($0) }
            }
        return ContactReferences(
            address: keys.reference(to: address.identity, of: dealership),
            customer: contact.customer.map { keys.reference(to: .customer($0), of: dealership) },
            otherAddress: other.map { keys.reference(to: $0, of: dealership) })
    }

    /// Amounts are written as the region of the text's language does: `fr-LU` where the contact has it, else `fr`.
    static func amountLocale(_ chain: [LocaleTag], _ locale: LocaleTag) -> LocaleTag {
        chain.first { $0.language == locale.language } ?? locale
    }

    private func replyTo(_ sender: Sender, _ advisor: Advisor?) -> MailboxAddress? {
        if let address = sender.replyTo { return MailboxAddress(address: address.address) }
        guard let advisor, let address = advisor.email else { return nil }
        return MailboxAddress(displayName: advisor.name, address: address.address)
    }

    private func headers(_ kind: MessageKind, _ unsubscribeURL: String) -> [MailHeader] {
        var headers = [
            MailHeader(name: "Auto-Submitted", value: "auto-generated"),
            MailHeader(name: "X-Auto-Response-Suppress", value: "All"),
            MailHeader(name: "List-Unsubscribe", value: "<\(unsubscribeURL)>"),
        ]
        if offersOneClick && kind.class != .safety {
            headers.append(MailHeader(name: "List-Unsubscribe-Post", value: "List-Unsubscribe=One-Click"))
        }
        return headers
    }

    func render(
        _ template: Template, _ context: TemplateValue, _ escaping: Template.Escaping
    ) throws(CompositionError) -> String {
        do {
            let bytes = try template.render(
                context, partials: library.partials, mode: .strict, escaping: escaping)
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw .template(error, kind: template.name)
        }
    }
}
