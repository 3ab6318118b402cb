// What one HTTP request is called, in its answer and in the log. A proxy's own id is taken when it can be nothing but an id: hexadecimal digits and
// hyphens, sixteen at least, as nginx, Caddy and a UUID have them. So no address, name or phone number comes into the log this way.

import Domain

package struct RequestID: Sendable, Equatable {
    private enum Kind: IdentifierKind {
        static let prefix = ""
    }

    package let text: String

    /// A new one, time-ordered (UUIDv7, 32 digits).
    package init(at moment: Timestamp = WallClock.system.now()) {
        var generator = SystemRandomNumberGenerator()
        let random = withUnsafeBytes(of: (generator.next(), generator.next())) { Array($0) }
        text = Identifier<Kind>(at: moment, random: random).description
    }

    /// One that a proxy gave; nil when it is not well formed.
    package init?(given text: String) {
        let isHexadecimal = { (byte: UInt8) in
            (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
        }
        guard (16...64).contains(text.utf8.count),
            text.utf8.filter(isHexadecimal).count >= 16,
            text.utf8.allSatisfy({ isHexadecimal($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        self.text = text
    }
}
