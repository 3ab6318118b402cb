// The few socket calls that the test servers need: a listener on a free loopback port, and a probe that
// waits until somebody listens.

import Glibc

/// Loopback TCP for tests.
package enum LoopbackSocket {
    /// A listening socket on a free port of 127.0.0.1.
    ///
    /// - Parameter isNarrow: about 120 KB fit between the client and a server that does not read, and not 4 MB: small segments
    ///   keep the client's buffer small too.
    package static func listen(isNarrow: Bool = false) -> (socket: Int32, port: Int) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        precondition(socket >= 0, "socket: \(errno)")
        // A small window, so that a server which stops reading is noticed before megabytes are gone.
        var window: Int32 = isNarrow ? 8_192 : 65_536
        setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &window, socklen_t(MemoryLayout<Int32>.size))
        if isNarrow {
            var segment: Int32 = 1_460
            setsockopt(
                socket, Int32(IPPROTO_TCP), TCP_MAXSEG, &segment, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                precondition(bind(socket, raw, length) == 0, "bind: \(errno)")
                precondition(Glibc.listen(socket, 64) == 0, "listen: \(errno)")
                precondition(getsockname(socket, raw, &length) == 0, "getsockname: \(errno)")
            }
            return Int(UInt16(bigEndian: pointer.pointee.sin_port))
        }
        return (socket, port)
    }

    /// A port that was free a moment ago.
    package static func freePort() -> Int {
        let (socket, port) = listen()
        close(socket)
        return port
    }

    /// Tries to connect until somebody listens; false after about ten seconds.
    package static func waitForListener(port: Int) -> Bool {
        for _ in 0..<2_000 {
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(socket) }
            var address = loopback(port: port)
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if result == 0 { return true }
            poll(nil, 0, 5)
        }
        return false
    }

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
