// One SMS as it is handed to a provider: everything that a profile's tags can say. Composed, counted and allowed before it comes here.

import Domain

/// What is asked of a provider.
package struct SMSSubmission: Sendable {
    /// How the text travels; decided where it is counted, told to providers that do not decide by themselves.
    package enum Encoding: String, Sendable, CaseIterable {
        case gsm7
        case ucs2
    }

    /// Ours; every request carries it where the provider takes one.
    package let reference: MessageID
    /// A number with `+`, a short code, or up to eleven letters and digits.
    package let sender: String
    /// E.164 with `+`.
    package let recipient: String
    package let text: String
    package let encoding: Encoding
    /// How long the provider may try; nil: as long as it likes.
    package let validity: Duration?
    /// Where receipts go, without a query; nil when nobody outside can reach this gateway.
    package let receiptURL: String?

    package init(
        reference: MessageID, sender: String, recipient: String, text: String, encoding: Encoding,
        validity: Duration? = nil, receiptURL: String? = nil
    ) {
        self.reference = reference
        self.sender = sender
        self.recipient = recipient
        self.text = text
        self.encoding = encoding
        self.validity = validity
        self.receiptURL = receiptURL
    }
}
