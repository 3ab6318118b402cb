// Time-ordered ids: a prefix that says what is meant, then a UUID of version 7 (RFC 9562, section 5.7) as 32
// hexadecimal digits, so that a double click in a terminal takes the whole of it. Two ids of different
// milliseconds sort by time as text and as bytes. Nothing personal is in one.

/// What an id is of; the prefix is part of its text.
package protocol IdentifierKind: Sendable {
    static var prefix: String { get }
}

package enum MessageIDKind: IdentifierKind {
    package static let prefix = "msg_"
}

package enum LedgerEntryKind: IdentifierKind {
    package static let prefix = "led_"
}

package enum APIKeyKind: IdentifierKind {
    package static let prefix = "key_"
}

package enum SubjectRequestKind: IdentifierKind {
    package static let prefix = "req_"
}

package typealias MessageID = Identifier<MessageIDKind>
package typealias LedgerEntryID = Identifier<LedgerEntryKind>
package typealias APIKeyID = Identifier<APIKeyKind>
package typealias SubjectRequestID = Identifier<SubjectRequestKind>

/// A time-ordered id: `msg_019ab3…`, sixteen bytes behind it.
package struct Identifier<Kind: IdentifierKind>: Codable, Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// Makes the id of a moment; `random` gives the 74 bits that keep two ids of one millisecond apart.
    package init(at moment: Timestamp, random: [UInt8]) {
        precondition(random.count >= 10, "an id needs ten random bytes")
        let milliseconds = UInt64(bitPattern: moment.milliseconds)
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * $0)) }
        bytes += random.prefix(10)
        bytes[6] = 0x70 | (bytes[6] & 0x0F)
        bytes[8] = 0x80 | (bytes[8] & 0x3F)
        self.bytes = bytes
    }

    /// Takes sixteen stored bytes back; nil if the count is another.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads an id from a person or a program.
    package init(_ text: String) throws(ValueError) {
        guard text.hasPrefix(Kind.prefix),
            let bytes = Hexadecimal.bytes(of: text.dropFirst(Kind.prefix.count)), bytes.count == 16
        else { throw ValueError("must be \(Kind.prefix) and 32 hexadecimal digits") }
        self.bytes = bytes
    }

    /// As its text, wherever it is part of JSON.
    package init(from decoder: any Decoder) throws {
        self = try Self(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package var description: String { Kind.prefix + Hexadecimal.text(of: bytes) }

    /// The moment that it was made at.
    package var moment: Timestamp {
        Timestamp(milliseconds: bytes.prefix(6).reduce(0) { $0 << 8 | Int64($1) })
    }
}
