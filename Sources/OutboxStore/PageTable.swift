// What the store knows of a message's page: whom it is of, what it is composed from, whether it was taken back, and how often it was opened.
// Taking it back twice is taking it back; openings within a minute are one.

import Domain
import SQLite

/// A message's page as it stands.
package struct StoredPage: Sendable {
    package let dealership: DealershipID
    /// What it is composed from; nil once that was pruned or erased.
    package let request: String?
    /// When the message was to begin: its term is counted from here, like that of its content.
    package let startsAt: Timestamp
    package let isRevoked: Bool
    package let lastOpenedAt: Timestamp?
    package let purpose: Purpose
    package let `class`: PurposeClass
    package let channel: Channel
    /// Nil once the person was erased.
    package let references: ContactReferences?

    /// Whether somebody who opens it at this moment is counted.
    package func isOpeningCounted(at now: Timestamp) -> Bool {
        lastOpenedAt.map { $0 + PageTable.openingGap <= now } ?? true
    }
}

extension StoredPage {
    fileprivate init(_ row: SQLRow) throws {
        guard let purposeClass = PurposeClass(rawValue: row.text(6)),
            let channel = Channel(rawValue: row.text(7))
        else { throw StoreError.unusable("a message's row cannot be read") }
        let address = row.optionalBlob(8).flatMap(ContactReference.init(bytes:))
        self.init(
            dealership: try DealershipID(row.text(0)), request: row.optionalText(1),
            startsAt: Timestamp(milliseconds: row.integer(2)), isRevoked: row.integer(3) == 1,
            lastOpenedAt: row.optionalInteger(4).map(Timestamp.init(milliseconds:)),
            purpose: try Purpose(row.text(5)), class: purposeClass, channel: channel,
            references: address.map { address in
                ContactReferences(
                    address: address, customer: row.optionalBlob(9).flatMap(ContactReference.init(bytes:)),
                    otherAddress: row.optionalBlob(10).flatMap(ContactReference.init(bytes:)))
            })
    }
}

struct PageTable {
    static let openingGap = Duration.seconds(60)

    let connection: Connection

    func page(_ id: MessageID) throws -> StoredPage? {
        let row = try connection.first(
            """
            SELECT m.dealership, c.request, max(m.created_at_ms, coalesce(m.not_before_ms, 0)),
                m.page_revoked_at_ms IS NOT NULL, m.page_last_opened_at_ms, m.purpose, m.class, m.channel,
                nullif(m.contact, zeroblob(16)), m.customer, m.other_address
            FROM message m LEFT JOIN content c ON c.message = m.seq WHERE m.id = ?
            """, [.blob(id.bytes)]
        ) { row in Result { try StoredPage(row) } }
        return try row?.get()
    }

    func revoke(_ id: MessageID, at now: Timestamp) throws {
        try connection.run(
            "UPDATE message SET page_revoked_at_ms = coalesce(page_revoked_at_ms, ?) WHERE id = ?",
            [.integer(now.milliseconds), .blob(id.bytes)])
    }

    func countOpening(_ id: MessageID, at now: Timestamp) throws {
        try connection.run(
            """
            UPDATE message SET page_openings = page_openings + 1, page_last_opened_at_ms = ?1,
                page_first_opened_at_ms = coalesce(page_first_opened_at_ms, ?1)
            WHERE id = ?2 AND coalesce(page_last_opened_at_ms <= ?3, TRUE)
            """,
            [
                .integer(now.milliseconds), .blob(id.bytes),
                .integer(now.milliseconds - Self.openingGap.milliseconds),
            ])
    }
}

extension WriteTransaction {
    /// Ends a message's page, whatever its state; nothing else changes, least of all what the person said.
    func revoke(_ id: MessageID) throws -> MessageRecord {
        try PageTable(connection: connection).revoke(id, at: now)
        guard let record = try messages.record(id) else { throw StoreError.notFound("message \(id)") }
        return record
    }

    func countedOpening(of id: MessageID) throws -> StoreAnswer {
        try PageTable(connection: connection).countOpening(id, at: now)
        return .counted
    }
}

extension StoreReader {
    /// A message's page; nil when there is no such message.
    package func page(_ id: MessageID) throws(StoreError) -> StoredPage? {
        try read { try PageTable(connection: connection).page(id) }
    }
}

extension StoreCommands {
    package func revoke(_ id: MessageID) throws(StoreError) -> MessageRecord {
        guard case .message(let record) = try perform(.revoke(id)) else { throw .mismatch }
        return record
    }

    /// Counts that somebody opened a message's page, when there is time for it: nobody waits, and nobody hears that there was none.
    package func countOpening(_ id: MessageID) {
        submit(.countOpening(id)) { _ in }
    }
}
