// From a checked request to the exact bytes of an e-mail, once: language, words, links, token, MIME. Pure but for the clock and
// the randomness that it is handed. It promises that a message which cannot be composed whole is an error that names template,
// line and variable, never a mail with a hole in it.

import Crypto
import Domain
import Foundation
import MIME
import TemplateEngine

/// A composed message: what is stored and sent.
package struct ComposedMessage: Sendable {
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
    private let keys: KeyRing
    private let publicURL: String
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
    ) throws(CompositionError) -> ComposedMessage {
        let sender = try sender(of: kind, dealership)
        let asksFor = try purposeAskedFor(request, kind, at: now)
        let chain = LocaleTag.chain(contact: request.recipient.locale, dealership: dealership.locale)
        guard let (locale, text) = kind.text(for: chain) else {
            throw .notConfigured(
                "the template \(kind.name) has no text in \(chain.map(\.text).joined(separator: ", "))")
        }
        let id = MessageID(at: now, random: Array(random.prefix(10)))
        let references = references(of: request.recipient, recipient, dealership.id)
        let token = UnsubscribeToken(
            dealership: dealership.id, references: references, purpose: kind.purpose, class: kind.class,
            channel: .email, locale: library.pageLocale(for: chain), message: id)
        let links = links(token, asksFor)
        let terms = try TermsNotice(request, kind, dealership, locale: locale, at: now)
        var timing = request.timing
        timing.deliverBy = timing.deliverBy ?? terms?.deliverBy
        let context = MessageContext.value(
            request, dealership: dealership, locale: locale, amountLocale: Self.amountLocale(chain, locale),
            words: text.words, links: links, asksFor: asksFor, terms: terms)
        let subject = try render(text.subject, context, .text)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let html = try render(text.html, context, .html)
        let plain = try render(text.text, context, .text)
        let mail = MailMessage(
            from: MailboxAddress(
                displayName: sender.name ?? dealership.name, address: sender.address.address),
            to: MailboxAddress(displayName: request.recipient.name, address: recipient.address),
            replyTo: replyTo(sender, request.advisor), subject: subject,
            date: request.timing.start(createdAt: now).date,
            messageID: "\(Hexadecimal.text(of: random.suffix(16))).\(id)@\(sender.address.domain)",
            headers: headers(kind, links.unsubscribe), text: plain, html: html, boundarySeed: id.description)
        do {
            return ComposedMessage(
                id: id, subject: subject, html: html, text: plain, locale: locale, references: references,
                sender: sender.address, recipient: recipient, templateDigest: text.digest, asksFor: asksFor,
                timing: timing, body: try mail.encoded())
        } catch {
            throw .mail(error)
        }
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

    private func references(
        of contact: Recipient, _ address: EmailAddress, _ dealership: DealershipID
    ) -> ContactReferences {
        ContactReferences(
            address: keys.reference(to: .email(address), of: dealership),
            customer: contact.customer.map { keys.reference(to: .customer($0), of: dealership) },
            otherAddress: contact.phone.map { keys.reference(to: .phone($0), of: dealership) })
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

    private func render(
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
