// The tags that stand for a value of the message, `{recipient}` in a profile; any other tag is one of the profile's parameters.

import Domain

enum MessageTag: String, Sendable, CaseIterable {
    case reference
    case recipient
    /// Without its plus.
    case recipientDigits
    case sender
    /// Without a leading plus.
    case senderDigits
    case text
    /// As the profile's `encodings` spell it.
    case encoding
    case receiptURL
    case validitySeconds
    case validityMinutes
    /// When the validity is over, in RFC 3339.
    case expiresAt
    /// The provider's own id of the message; in `erasure` alone.
    case providerReference

    /// Alone in a JSON string, it becomes a number.
    var isNumber: Bool { self == .validitySeconds || self == .validityMinutes }

    /// The value for one message; nil when it has none.
    func value(in submission: SMSSubmission, now: Timestamp, rules: ProfileRules) -> String? {
        let validity = submission.validity.map { min($0, rules.longestValidity ?? $0) }
        return switch self {
        case .reference: submission.reference.description
        case .recipient: submission.recipient
        case .recipientDigits: Self.withoutPlus(submission.recipient)
        case .sender: submission.sender
        case .senderDigits: Self.withoutPlus(submission.sender)
        case .text: submission.text
        case .encoding: rules.encodings[submission.encoding.rawValue]
        case .receiptURL: submission.receiptURL
        case .validitySeconds: validity.map { String(max(1, $0.milliseconds / 1000)) }
        case .validityMinutes: validity.map { String(max(1, $0.milliseconds / 60_000)) }
        case .expiresAt: validity.map { (now + $0).text }
        case .providerReference: nil
        }
    }

    private static func withoutPlus(_ number: String) -> String {
        number.hasPrefix("+") ? String(number.dropFirst()) : number
    }
}
