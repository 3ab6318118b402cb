// A message as one line for a person: id, state, when, what, and why it is not sent.

import Domain
import OutboxStore

enum MessageLine {
    static func text(_ record: MessageRecord) -> String {
        var parts = [
            record.id.description, record.state.rawValue.padded(to: 9), seconds(record.createdAt),
            record.reference ?? "-",
        ]
        if let next = record.nextAttemptAt, next > record.createdAt { parts.append("next \(seconds(next))") }
        if let reason = reason(record) { parts.append("(\(reason))") }
        return parts.joined(separator: "  ")
    }

    /// To the second: what fits a terminal.
    private static func seconds(_ moment: Timestamp) -> String { moment.text.prefix(19) + "Z" }

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
