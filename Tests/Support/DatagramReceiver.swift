// A service manager's end of sd_notify: a datagram socket in the file system or with an abstract name, read by a thread of its own.

import Foundation
import Glibc
import Runtime

package final class DatagramReceiver: Sendable {
    /// What NOTIFY_SOCKET is set to.
    package let name: String
    private let socket: Int32
    private let received = Monitor<[String]>([])

    /// - Parameters:
    ///   - name: a path, or `@` and an abstract name.
    ///   - onReceive: called with each datagram, before anybody is told that it came.
    package init(name: String, _ onReceive: @escaping @Sendable (String) -> Void = { _ in }) throws {
        self.name = name
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(name.utf8)
        if path[0] == UInt8(ascii: "@") { path[0] = 0 } else { path.append(0) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) }
        }
        guard result == 0 else { throw TestFailure("bind \(name): \(String(cString: strerror(errno)))") }
        Thread.detachNewThread { [socket, received] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(socket, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                let text = String(decoding: buffer[..<count], as: UTF8.self)
                onReceive(text)
                received.update { $0.append(text) }
            }
            close(socket)
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// Everything that was received, once there are so many; throws after a minute.
    package func wait(for count: Int) throws -> [String] {
        let found = received.wait(atMost: .seconds(60)) { $0.count >= count ? $0 : nil }
        guard let found else { throw TestFailure("only \(received.withLock { $0 }) came to \(name)") }
        return found
    }
}
