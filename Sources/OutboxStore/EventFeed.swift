// What a dealership is told, in the order that it happened. A cursor says up to where a reader has come; it is opaque, and stays good when
// the events before it are over their term.

import Crypto
import Domain
import JSON
import SQLite

/// One event of the feed.
package struct FeedEvent: Sendable {
    package let place: EventCursor
    package let dealership: DealershipID
    package let type: String
    package let at: Timestamp
    package let contact: ContactReference?
    package let message: MessageID?
    let channel: String?
    /// The caller's own word for the intervention.
    let reference: String?
    /// The reason's code when the message came into the state.
    package let reason: String?
    package let entry: LedgerEntryID?
    /// Of the entry.
    let scope: String?
    let webhook: String?
    /// What a person wrote back.
    let text: String?

    /// Names the event among those of every dealership, in the feed and to whoever is sent it.
    package var id: String { "evt_\(place.seq)_\(dealership)" }

    package var view: JSONValue {
        [
            "id": .string(id), "type": .string(type), "at": .string(at.text),
            "dealership": .string(dealership.text), "contact": .optional(contact?.description),
            "message": .optional(message?.description),
            "state": .optional(EventType(rawValue: type)?.state?.rawValue), "channel": .optional(channel),
            "reference": .optional(reference), "reason": .optional(reason),
            "entry": .optional(entry?.description), "scope": .optional(scope),
            "webhook": .optional(webhook), "text": .optional(text),
        ]
    }
}

extension FeedEvent {
    /// What an event is read from, as `e`, and in the order of `columns`. Its message's channel and reference are read where they stand: they
    /// are erased there.
    static let source =
        "event e LEFT JOIN message m ON m.id = e.message LEFT JOIN ledger l ON l.id = e.entry"
    static let columns = """
        e.dealership, e.seq, e.type, e.at_ms, coalesce(e.contact, nullif(m.contact, zeroblob(16))), e.message, \
        coalesce(m.channel, l.channel), m.reference, e.reason, e.entry, l.scope, e.webhook, e.text
        """
    static let columnCount: CInt = 13

    /// Reads `columns`; nil for a row that no version can have written.
    init?(_ row: SQLRow) {
        guard let dealership = try? DealershipID(row.text(0)) else { return nil }
        self.init(
            place: EventCursor(seq: row.integer(1)), dealership: dealership, type: row.text(2),
            at: Timestamp(milliseconds: row.integer(3)),
            contact: row.optionalBlob(4).flatMap(ContactReference.init(bytes:)),
            message: row.optionalBlob(5).flatMap(MessageID.init(bytes:)), channel: row.optionalText(6),
            reference: row.optionalText(7), reason: row.optionalText(8),
            entry: row.optionalBlob(9).flatMap(LedgerEntryID.init(bytes:)), scope: row.optionalText(10),
            webhook: row.optionalText(11), text: row.optionalText(12))
    }
}

/// The place behind an event.
package struct EventCursor: Sendable, Equatable {
    /// Before the first event.
    package static let start = EventCursor(seq: 0)
    private static let version: UInt8 = 1

    let seq: Int64

    init(seq: Int64) {
        self.seq = seq
    }

    package init(_ text: String) throws(ValueError) {
        guard let bytes = Base64URL.bytes(of: text), bytes.count == 9, bytes[0] == Self.version,
            bytes[1] < 0x80
        else { throw ValueError("must be a cursor that an answer of this feed gave") }
        seq = bytes.dropFirst().reduce(0) { $0 << 8 | Int64($1) }
    }

    package var text: String {
        Base64URL.text(of: [Self.version] + withUnsafeBytes(of: seq.bigEndian, Array.init))
    }
}

extension StoreReader {
    /// The next events of a dealership behind a place, oldest first; of one type alone, or of every one.
    package func events(
        dealership: DealershipID, after place: EventCursor, type: EventType? = nil, limit: Int
    ) throws(StoreError) -> [FeedEvent] {
        try read {
            try connection.all(
                """
                SELECT \(FeedEvent.columns) FROM \(FeedEvent.source)
                WHERE e.dealership = ?1 AND e.seq > ?2 AND (?3 IS NULL OR e.type = ?3) ORDER BY e.seq LIMIT ?4
                """,
                [
                    .text(dealership.text), .integer(place.seq), .text(type?.rawValue),
                    .integer(Int64(limit)),
                ], FeedEvent.init
            ).compactMap(\.self)
        }
    }
}
