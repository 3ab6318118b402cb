// An IPv4 or IPv6 address as its bytes, and a network of them. An IPv4 address that a socket shows as IPv6 (::ffff:192.0.2.1) is the IPv4
// address, so that one rule fits both spellings. Only numeric texts: no name is ever looked up.

import Glibc

package struct IPAddress: Sendable, Hashable {
    /// Four or sixteen.
    package let bytes: [UInt8]

    /// Reads a numeric address; nil when it is none.
    package init?(_ text: String) {
        var (four, six) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let all = withUnsafeBytes(of: &six) { Array($0) }
            let isMapped = all.prefix(10).allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
            bytes = isMapped ? Array(all[12...]) : all
        } else {
            return nil
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// This machine's own.
    package var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    /// What one visitor has: an IPv4 address, or the 64 bits of an IPv6 network, in which he has as many as he likes.
    package var visitor: IPAddress {
        bytes.count == 4 ? self : IPAddress(bytes: Array(bytes.prefix(8)) + Array(repeating: 0, count: 8))
    }
}

/// All addresses that begin with the same bits.
package struct IPNetwork: Sendable, Hashable {
    private let address: IPAddress
    private let length: Int

    /// Reads an address, or a network such as 10.0.0.0/8; nil when it is none, has bits beyond its length, or is everything.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { return nil }
        let width = address.bytes.count * 8
        let length = parts.count == 1 ? width : Int(parts[1]) ?? 0
        guard (1...width).contains(length) else { return nil }
        self.address = address
        self.length = length
        guard (length..<width).allSatisfy({ !Self.bit($0, of: address) }) else { return nil }
    }

    package func contains(_ other: IPAddress) -> Bool {
        other.bytes.count == address.bytes.count
            && (0..<length).allSatisfy { Self.bit($0, of: other) == Self.bit($0, of: address) }
    }

    private static func bit(_ index: Int, of address: IPAddress) -> Bool {
        address.bytes[index / 8] & (0x80 >> UInt8(index % 8)) != 0
    }
}
