// Everything that is held about a person, from every table that an erasure walks, all columns of every row, as of one moment; beside it the
// texts that their entries name and who received what. Ids and references are shown as the text that stands for them everywhere else,
// times as RFC 3339; the name of a member is its column's.

import Domain
import JSON
import SQLite

package struct SubjectExport: Sendable {
    /// A provider that messages were handed to, or tried.
    package struct Recipient: Sendable {
        package let provider: String
        package let channel: String
        package let messages: Int
        package let attempts: Int
        package let accepted: Int
    }

    package let subject: Subject
    /// The rows of each table, as JSON objects.
    package let tables: [(name: String, rows: [JSONValue])]
    package let recipients: [Recipient]
    /// Messages of which something is left out, because it is another's.
    package let sharedCount: Int

    /// - Parameter countries: where the configured providers are.
    package func view(at now: Timestamp, countries: [String: String]) -> JSONValue {
        let providers = recipients.map { recipient -> JSONValue in
            [
                "provider": .string(recipient.provider), "country": .optional(countries[recipient.provider]),
                "channel": .string(recipient.channel), "messages": .integer(recipient.messages),
                "attempts": .integer(recipient.attempts), "accepted": .integer(recipient.accepted),
            ]
        }
        let head = [
            JSONMember(name: "dealership", value: .string(subject.dealership.text)),
            JSONMember(
                name: "contacts", value: .array(subject.references.map { .string($0.description) })),
            JSONMember(name: "exportedAt", value: .string(now.text)),
        ]
        return .object(
            head + tables.map { JSONMember(name: $0.name, value: .array($0.rows)) }
                + [JSONMember(name: "recipient", value: .array(providers))])
    }
}

extension StoreReader {
    /// Everything about a person, as of one moment.
    package func export(_ subject: Subject) throws(StoreError) -> SubjectExport {
        try requireDealership(subject.dealership)
        return try read {
            try GateDesk(connection: connection).refuseCounterCustomer(subject)
            return try SubjectReader(
                rows: SubjectRows(
                    subject: subject, messages: try SubjectRows.messages(of: subject, connection)),
                connection: connection
            ).export()
        }
    }
}

/// Reads a person's rows.
private struct SubjectReader {
    let rows: SubjectRows
    let connection: Connection

    func export() throws -> SubjectExport {
        let messageIDs = try messageIDs()
        let shared = try SharedMessages(rows, connection)
        var tables: [(name: String, rows: [JSONValue])] = []
        for table in SubjectTable.all {
            tables.append(
                (
                    Self.camelCase(table.name),
                    try read(table.name, where: table.condition, messageIDs, shared)
                ))
        }
        let ledger = SubjectTable.all.first { $0.name == "ledger" }?.condition ?? "FALSE"
        let shown = "(dealership, digest) IN (SELECT dealership, notice_digest FROM ledger WHERE \(ledger))"
        tables.append(("notice", try read("notice", where: shown, messageIDs, shared)))
        return SubjectExport(
            subject: rows.subject, tables: tables, recipients: try recipients(), sharedCount: shared.count)
    }

    private func messageIDs() throws -> [Int64: String] {
        let found = try connection.all(
            "\(SubjectRows.selection) SELECT seq, id FROM message WHERE seq IN about", rows.values
        ) { ($0.integer(0), MessageID(bytes: $0.blob(1))?.description ?? "") }
        return Dictionary(found, uniquingKeysWith: { first, _ in first })
    }

    private func read(
        _ table: String, where condition: String, _ messageIDs: [Int64: String], _ shared: SharedMessages
    ) throws -> [JSONValue] {
        let columns = try connection.all(
            "SELECT name, type FROM pragma_table_info(?)", [.text(table)]
        ) { SubjectColumn(table: table, name: $0.text(0), type: $0.text(1)) }
        let names = columns.map(\.name).joined(separator: ", ")
        return try connection.all(
            "\(SubjectRows.selection) SELECT \(names), \(SharedMessages.place(in: table)) FROM \(table) WHERE \(condition)",
            rows.values
        ) { row in
            let message = row.optionalInteger(CInt(columns.count))
            let members = columns.enumerated().map { index, column in
                JSONMember(
                    name: Self.camelCase(column.shownName),
                    value: shared.hides(column, of: message)
                        ? .null : column.value(row, CInt(index), messageIDs))
            }
            let mark = shared.contains(message) ? [JSONMember(name: "shared", value: .bool(true))] : []
            return .object(members + mark)
        }
    }

    private func recipients() throws -> [SubjectExport.Recipient] {
        try connection.all(
            """
            \(SubjectRows.selection)
            SELECT provider, channel, count(DISTINCT message), count(*), sum(outcome IS 'accepted') FROM attempt
            WHERE message IN about GROUP BY provider, channel ORDER BY provider, channel
            """, rows.values
        ) { row in
            SubjectExport.Recipient(
                provider: row.text(0), channel: row.text(1), messages: Int(row.integer(2)),
                attempts: Int(row.integer(3)), accepted: Int(row.integer(4)))
        }
    }

    /// `coalesce_key` as `coalesceKey`.
    private static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        return words.prefix(1).joined()
            + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined()
    }
}
