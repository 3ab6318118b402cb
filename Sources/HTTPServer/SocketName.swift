// A socket address of IPv4 or IPv6 as the kernel takes it, and its numeric text.
// Only numeric addresses: a server that binds must not depend on a name service.

import Glibc

/// A `sockaddr` with room for either family.
struct SocketName {
    /// The address as the kernel knows it.
    private(set) var storage = sockaddr_storage()

    /// Reads a numeric address; nil if it is none.
    init?(address: String, port: UInt16) {
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if inet_pton(AF_INET, address, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: four, as: sockaddr_in.self) }
        } else if inet_pton(AF_INET6, address, &six.sin6_addr) == 1 {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: six, as: sockaddr_in6.self) }
        } else {
            return nil
        }
    }

    /// The port in host order.
    var port: Int {
        withUnsafeBytes(of: storage) { bytes in
            // Both families keep the port in the third and fourth byte.
            Int(bytes[2]) << 8 | Int(bytes[3])
        }
    }

    /// Lends the address with its length to a socket call.
    func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        let isIPv4 = storage.ss_family == sa_family_t(AF_INET)
        let size = isIPv4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        return withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(size)) }
        }
    }

    /// Replaces this address by the one that a socket is really bound to.
    mutating func readLocal(of descriptor: Int32) -> Bool {
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        } == 0
    }

    /// The numeric text of a peer's address; empty for a family that is neither.
    static func text(of name: UnsafePointer<sockaddr>?) -> String {
        guard let name else { return "" }
        let isIPv4 = name.pointee.sa_family == sa_family_t(AF_INET)
        let size = isIPv4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { text in
            let result = getnameinfo(
                name, socklen_t(size), text.baseAddress, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            guard result == 0, let start = text.baseAddress else { return "" }
            return String(cString: start)
        }
    }
}
