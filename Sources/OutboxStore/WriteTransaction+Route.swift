// A route that is not the one of the last start: places are counted in the route that a message waits in, so what waits moves to where
// its provider is now. What was for a provider that left begins at the first one; if it is in doubt, the claim leaves it to a person.

import Domain
import SQLite

extension WriteTransaction {
    /// Brings what waits in a channel into the order of its providers now; costs nothing while they are the same.
    func follow(_ providers: [String], channel: Channel) throws {
        guard !providers.isEmpty else { return }
        let name = "route-\(channel.rawValue)"
        let last = try connection.first("SELECT value FROM home WHERE name = ?", [.text(name)]) { row in
            row.text(0).split(separator: ",").map(String.init)
        }
        guard last != providers else { return }
        if let last {
            let moves = last.enumerated().flatMap { position, provider -> [SQLValue] in
                [.integer(Int64(position)), .integer(Int64(providers.firstIndex(of: provider) ?? 0))]
            }
            let cases = last.map { _ in "WHEN ? THEN ?" }.joined(separator: " ")
            // What waits for the first provider and is not in doubt does so still, whoever that is.
            try connection.run(
                """
                UPDATE message SET route_position = CASE route_position \(cases) ELSE 0 END
                WHERE channel = ? AND next_attempt_at_ms IS NOT NULL AND (route_position > 0 OR is_in_doubt)
                """, moves + [.text(channel.rawValue)])
        }
        try connection.run(
            "INSERT INTO home (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            [.text(name), .text(providers.joined(separator: ","))])
    }
}
