// What a message is sent as when the channel before was refused. Taking the next one changes the message over whole: its channel, the
// address that the gate is asked about first, its content, and it begins at the first provider of that route with all its tries. It is never
// done to what may have been sent.

import Domain
import SQLite

struct LaterContentTable {
    let connection: Connection

    func insert(_ contents: [MessageContent], of seq: Int64) throws {
        for (index, content) in contents.enumerated()
        where content.isRecipientAllowed && content.isCountryAllowed {
            try connection.run(
                """
                INSERT INTO later_content (message, position, channel, sender, recipient, body)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    .integer(seq), .integer(Int64(index + 1)), .text(content.channel.rawValue),
                    .text(content.sender), .text(content.recipient), .blob(content.body),
                ])
        }
    }

    /// Gives a message its next channel; false when it has none.
    ///
    /// - Parameter end: of a channel's trying, from now on.
    func take(_ position: MessagePosition, until end: (Channel) -> Timestamp) throws -> Bool {
        let next = try connection.first(
            """
            SELECT position, channel, sender, recipient, body FROM later_content WHERE message = ?
            ORDER BY position LIMIT 1
            """, [.integer(position.seq)]
        ) { row in
            (
                place: row.integer(0), channel: row.text(1),
                content: [SQLValue.text(row.text(2)), .text(row.text(3)), .blob(row.blob(4))]
            )
        }
        guard let next, let channel = Channel(rawValue: next.channel) else { return false }
        let last = SQLValue.integer(end(channel).milliseconds)
        let changed = try connection.run(
            """
            UPDATE message SET channel = ?, contact = coalesce(other_address, contact), other_address = contact,
                route_position = 0, tries = 0, expires_at_ms = min(coalesce(deliver_by_ms, ?), ?),
                \(GateDecision.columns.map { "\($0) = NULL" }.joined(separator: ", "))
            WHERE seq = ? AND state = ? AND fence = ? AND is_in_doubt = 0
            """,
            [
                .text(next.channel), last, last, .integer(position.seq), .text(position.state.rawValue),
                .integer(position.fence),
            ])
        guard changed == 1 else { return false }
        try connection.run(
            "UPDATE content SET sender = ?, recipient = ?, body = ? WHERE message = ?",
            next.content + [.integer(position.seq)])
        try connection.run(
            "DELETE FROM later_content WHERE message = ? AND position = ?",
            [.integer(position.seq), .integer(next.place)])
        return true
    }
}
