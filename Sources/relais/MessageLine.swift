// A message as one line for a person: id, state, when, what, and why it is not sent.

import Domain
import OutboxStore

enum MessageLine {
    static func text(_ record: MessageRecord) -> String {
        var parts = [
            record.id.description, record.state.rawValue.padded(to: 9), minutes(record.createdAt),
            record.reference ?? "-",
        ]
        if let next = record.nextAttemptAt, next > record.createdAt { parts.append("next \(minutes(next))") }
        if let reason = reason(record) { parts.append("(\(reason))") }
        if let original = record.resendOf { parts.append("resend of \(original)") }
        return parts.joined(separator: "  ")
    }

    /// To the minute, in UTC: a line with a usual reference fits 80 columns. `outbox show` has the rest.
    private static func minutes(_ moment: Timestamp) -> String {
        moment.text.prefix(10) + " " + moment.text.dropFirst(11).prefix(5) + "Z"
    }

    static func reason(_ record: MessageRecord) -> String? {
        guard let code = record.reasonCode else { return nil }
        return record.reasonEntry.map { "\(code), \($0)" } ?? code
    }
}

extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
