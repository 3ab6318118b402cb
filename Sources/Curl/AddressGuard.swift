// Which addresses a request to somebody else's URL may be sent to: those of the public Internet. Asked of the very address that a socket is about
// to be opened to, and not of a name or of the text of a URL, so that no spelling of an address (`0x7f.1`, `[::ffff:127.0.0.1]`) and no
// name server that answers otherwise the second time (DNS rebinding) gets past it. Pure; whatever it does not know it refuses.
//
// The tables are IANA's special-purpose registries (RFC 6890), less nothing that they call globally reachable and that anybody would
// receive webhooks at. Of IPv6 only global unicast (2000::/3) is public: the forms that carry an IPv4 address (mapped, NAT64, 6to4, Teredo) are
// refused whole, because they would reach what the first table refuses.

package struct AddressGuard: Sendable {
    private typealias Block = (prefix: [UInt8], length: Int)

    private static let refused: [Block] = [
        ([0], 8),  // this network (RFC 791)
        ([10], 8), ([172, 16], 12), ([192, 168], 16),  // private use (RFC 1918)
        ([100, 64], 10),  // behind a carrier's NAT (RFC 6598); 100.100.100.200 is a metadata service
        ([127], 8),  // loopback
        ([168, 63, 129, 16], 32),  // Azure's metadata service, in no registry
        ([169, 254], 16),  // link-local; 169.254.169.254 is a metadata service
        ([192, 0, 0], 24),  // protocol assignments; 192.0.0.192 is a metadata service
        ([192, 0, 2], 24), ([198, 51, 100], 24), ([203, 0, 113], 24),  // documentation
        ([192, 88, 99], 24),  // 6to4 relays (RFC 7526)
        ([198, 18], 15),  // benchmarks
        ([224], 4),  // multicast
        ([240], 4),  // reserved, and limited broadcast
    ]
    private static let globalUnicast: Block = ([0x20], 3)
    private static let refusedOfGlobalUnicast: [Block] = [
        ([0x20, 0x01, 0x00], 23),  // protocol assignments, Teredo, ORCHID, benchmarks
        ([0x20, 0x01, 0x0D, 0xB8], 32), ([0x3F, 0xFF, 0x00], 20),  // documentation
        ([0x20, 0x02], 16),  // 6to4
    ]
    private static let loopback6 = [UInt8](repeating: 0, count: 15) + [1]

    /// For development and tests: this machine may be reached as well.
    package let allowsLoopback: Bool

    package init(allowsLoopback: Bool = false) {
        self.allowsLoopback = allowsLoopback
    }

    /// Whether a socket may be opened to an address.
    ///
    /// - Parameter bytes: the four of IPv4 or the sixteen of IPv6, in network order; any other count is no address.
    package func allows(_ bytes: [UInt8]) -> Bool {
        switch bytes.count {
        case 4:
            if bytes[0] == 127 { return allowsLoopback }
            return !Self.refused.contains { Self.contains($0, bytes) }
        case 16:
            if bytes == Self.loopback6 { return allowsLoopback }
            return Self.contains(Self.globalUnicast, bytes)
                && !Self.refusedOfGlobalUnicast.contains { Self.contains($0, bytes) }
        default: return false
        }
    }

    private static func contains(_ block: Block, _ bytes: [UInt8]) -> Bool {
        (0..<block.length).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            let expected = bit / 8 < block.prefix.count ? block.prefix[bit / 8] : 0
            return bytes[bit / 8] & mask == expected & mask
        }
    }
}
