// One header field of a request or a response, and the look-up by name that all of them share.
// Names compare without regard to ASCII case (RFC 9110, 5.1); values are kept as they came, without outer
// blanks.

/// One header field.
package struct HTTPField: Sendable, Equatable {
    /// The field's name as sent; compare it with `isNamed`.
    package let name: String
    /// The field's value; bytes that are not UTF-8 have become U+FFFD.
    package let value: String

    /// Makes a field from its name and value.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// Says whether this field has the given name, ASCII case aside.
    package func isNamed(_ other: String) -> Bool {
        equalsIgnoringCase(name, other)
    }
}

extension [HTTPField] {
    /// The value of the first field with this name, ASCII case aside.
    package subscript(_ name: String) -> String? {
        first { $0.isNamed(name) }?.value
    }
}

/// Compares two strings byte by byte, taking A–Z for a–z.
func equalsIgnoringCase(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count
        && zip(left.utf8, right.utf8).allSatisfy { lowercased($0) == lowercased($1) }
}

private func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
