// From a checked request to the text of an SMS, once. It has one link, short, to the message's page, which carries the way out: where the sender
// is a name, nobody can answer STOP. It promises that what would cost more than its template allows is an error, never a surprise on the bill.

import Crypto
import Domain
import Foundation
import SMS

/// A composed SMS: what is stored and sent.
package struct ComposedSMS: Sendable {
    package let id: MessageID
    package let text: SMSText
    package let locale: LocaleTag
    package let references: ContactReferences
    package let sender: String
    package let recipient: PhoneNumber
    package let templateDigest: [UInt8]
    package let timing: MessageTiming
}

extension Composer {
    /// Composes the SMS of a request.
    ///
    /// - Parameters:
    ///   - recipient: the number that the message goes to.
    ///   - sender: what it comes from: one of the dealership's that the country shows.
    ///   - random: the same bytes as of its e-mail: they are one message.
    package func sms(
        _ request: MessageRequest, kind: MessageKind, to recipient: PhoneNumber, sender: String,
        from dealership: Dealership, at now: Timestamp, random: [UInt8]
    ) throws(CompositionError) -> ComposedSMS {
        guard let form = kind.sms else { throw Self.missing(.sms, kind) }
        let draft = try draft(
            request, kind, .phone(recipient), dealership, asksFor: nil, at: now, random: random)
        guard let template = draft.text.sms else { throw Self.missing(.sms, kind) }
        let base = publicURL + "/"
        let links = MessageLinks(
            unsubscribe: base + "u/" + draft.token.sealed(with: keys), confirm: nil,
            page: base + "m/" + ShortPageToken(draft.token).sealed(with: keys))
        let rendered = try render(template, draft.context(links), .text)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let isTransliterated = form.isTransliterated || dealership.transliteratesSMS
        let text = SMSText(
            isTransliterated ? Transliteration.apply(rendered, protecting: protected(request)) : rendered)
        guard text.segments <= form.segments else {
            let offending = text.offendingCharacters.map { "\"\($0)\"" }.joined(separator: " ")
            throw .notConfigured(
                "the SMS is \(text.segments) segments long, and \(kind.name) allows \(form.segments)"
                    + (offending.isEmpty
                        ? "" : "; these characters more than double its length: \(offending)"))
        }
        guard !text.text.isEmpty else { throw .notConfigured("the SMS of \(kind.name) is empty") }
        return ComposedSMS(
            id: draft.token.message, text: text, locale: draft.locale, references: draft.token.references,
            sender: sender, recipient: recipient, templateDigest: draft.text.digest, timing: draft.timing)
    }

    /// What is a name of something and stays letter for letter.
    private func protected(_ request: MessageRequest) -> [String] {
        [request.intervention?.reference, request.intervention?.vehicle?.plate].compactMap(\.self)
    }
}
