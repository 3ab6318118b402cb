// What a dealership is told, in the order that it happened. A cursor says up to where a reader has come; it is opaque, and stays good when
// the events before it are over their term.

import Crypto
import Domain
import JSON

/// One event of the feed.
package struct FeedEvent: Sendable {
    package let place: EventCursor
    /// `contact.unreachable`: an essential message was blocked, and the dealership calls instead.
    package let type: String
    package let at: Timestamp
    package let contact: ContactReference?
    package let message: MessageID?

    package var view: JSONValue {
        [
            "id": .string("evt_\(place.seq)"), "type": .string(type), "at": .string(at.text),
            "contact": .optional(contact?.description), "message": .optional(message?.description),
        ]
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
    /// The next events of a dealership behind a place, oldest first.
    package func events(
        dealership: DealershipID, after place: EventCursor, limit: Int
    ) throws(StoreError) -> [FeedEvent] {
        try read {
            try connection.all(
                """
                SELECT seq, type, at_ms, contact, message FROM event
                WHERE dealership = ? AND seq > ? ORDER BY seq LIMIT ?
                """, [.text(dealership.text), .integer(place.seq), .integer(Int64(limit))]
            ) { row in
                FeedEvent(
                    place: EventCursor(seq: row.integer(0)), type: row.text(1),
                    at: Timestamp(milliseconds: row.integer(2)),
                    contact: row.optionalBlob(3).flatMap(ContactReference.init(bytes:)),
                    message: row.optionalBlob(4).flatMap(MessageID.init(bytes:)))
            }
        }
    }
}
