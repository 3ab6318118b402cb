// A loopback port on which nobody listens, and nobody can: bound, and held until the tests end, so that no other test's server gets
// it meanwhile.

import Glibc

package enum RefusingPort {
    /// A port that refuses every connection.
    package static func reserve() -> Int {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                precondition(bind(socket, raw, length) == 0, "bind: \(errno)")
                precondition(getsockname(socket, raw, &length) == 0, "getsockname: \(errno)")
            }
            return Int(UInt16(bigEndian: pointer.pointee.sin_port))
        }
    }
}
