// Messages that a person's reference leads to and that name somebody else too: the other address of a family's phone, the phone beside another
// mail. Nobody is shown what is another's (GDPR, article 15(4)), and nothing tells whose the other reference is but the one who asks, with
// the dealership's check: so what hangs on a reference that was not named is left out and said to be, until it is named.

import Domain
import SQLite

struct SharedMessages {
    private enum Extent {
        /// It went to an address that was named, and its request names another one.
        case beside
        /// It went to an address that was not named.
        case elsewhere
    }

    /// What is left out, by table, as columns.
    private static let othersOfRequest: [String: Set<String>] = [
        "message": ["other_address"], "content": ["request"], "later_content": ["recipient", "body"],
    ]
    private static let others: [String: Set<String>] = [
        "message": ["contact", "customer", "reference", "coalesce_key"],
        "content": ["recipient", "body", "request"], "later_content": ["recipient", "body"],
        "attempt": ["reply"],
        "idempotency": ["key", "answer"], "event": ["contact"],
    ]

    private let messages: [Int64: Extent]

    /// A message whose customer number was named is that person's, whichever of their addresses it went to.
    init(_ rows: SubjectRows, _ connection: Connection) throws(SQLiteError) {
        let found = try connection.all(
            """
            \(SubjectRows.selection)
            SELECT seq, contact IN person FROM message
            WHERE seq IN about AND (customer IS NULL OR customer NOT IN person)
                AND (contact NOT IN person OR other_address NOT IN person)
            """, rows.values
        ) { ($0.integer(0), $0.integer(1) == 1 ? Extent.beside : .elsewhere) }
        messages = Dictionary(found, uniquingKeysWith: { first, _ in first })
    }

    var count: Int { messages.count }

    /// The place of the message that a row of a table belongs to, as an expression; NULL in what is not about one.
    static func place(in table: String) -> String {
        switch table {
        case "message": "seq"
        case "content", "later_content", "attempt": "message"
        case "idempotency", "event": "(SELECT seq FROM message m WHERE m.id = \(table).message)"
        default: "NULL"
        }
    }

    func contains(_ message: Int64?) -> Bool { message.map { messages[$0] != nil } ?? false }

    /// Whether a column of a message's row is left out.
    func hides(_ column: SubjectColumn, of message: Int64?) -> Bool {
        let hidden =
            switch message.flatMap({ messages[$0] }) {
            case .beside: Self.othersOfRequest
            case .elsewhere: Self.others
            case nil: [String: Set<String>]()
            }
        return hidden[column.table]?.contains(column.name) ?? false
    }
}
