// A ledger entry as one line for a person.

import Consent
import Domain
import OutboxStore

enum EntryLine {
    static func text(_ entry: LedgerEntry) -> String {
        let channel = entry.channel.map { " (\($0.rawValue))" } ?? ""
        return "\(entry.id)  \(entry.occurredAt.text)  \(entry.event.rawValue) \(entry.scope)\(channel)  "
            + "by \(entry.method.rawValue), \(entry.actor)"
    }
}
