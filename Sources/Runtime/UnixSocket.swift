// A stream socket in the file system, for the commands of one machine: frames of bytes, each behind its length. The file is for its
// owner alone, and the other side's user is asked of the kernel (SO_PEERCRED), not of the other side.

import CLinux
import Glibc

package final class UnixSocket: Sendable {
    /// A longer frame is refused: a defect or not ours.
    private static let frameLimit = 64 << 20

    private let descriptor: CInt

    private init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Listens at a path; what an earlier process left there is removed first, so the home's lock must be held.
    package static func listen(at path: String) throws(SystemError) -> UnixSocket {
        unlink(path)
        let socket = try create(path)
        guard withAddress(path, { bind(socket.descriptor, $0, $1) }) == 0, chmod(path, 0o600) == 0,
            Glibc.listen(socket.descriptor, 16) == 0
        else { throw SystemError(errno, "listen at", path) }
        return socket
    }

    package static func connect(to path: String) throws(SystemError) -> UnixSocket {
        let socket = try create(path)
        guard withAddress(path, { Glibc.connect(socket.descriptor, $0, $1) }) == 0 else {
            throw SystemError(errno, "connect to", path)
        }
        return socket
    }

    /// The next connection, which hangs up on a peer that is silent for a minute inside a frame; nil once the socket was shut
    /// down.
    package func accept() -> UnixSocket? {
        while true {
            let accepted = Glibc.accept(descriptor, nil, nil)
            if accepted >= 0 {
                var silence = timeval(tv_sec: 60, tv_usec: 0)
                setsockopt(accepted, SOL_SOCKET, SO_RCVTIMEO, &silence, socklen_t(MemoryLayout<timeval>.size))
                return UnixSocket(descriptor: accepted)
            }
            switch errno {
            case EINVAL, EBADF: return nil
            // Descriptors or memory are short: they come back.
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: poll(nil, 0, 100)
            default: continue
            }
        }
    }

    /// The user that the other side runs as.
    package var peerUser: uid_t? {
        var user: uid_t = 0
        return relais_peer_user(descriptor, &user) == 0 ? user : nil
    }

    /// Ends both directions: whoever waits in `accept` or `receive` returns.
    package func shutDown() {
        shutdown(descriptor, CInt(SHUT_RDWR))
    }

    /// Sends one frame whole; false when the other side is gone.
    package func send(_ frame: [UInt8]) -> Bool {
        let bytes = withUnsafeBytes(of: UInt32(frame.count).bigEndian, Array.init) + frame
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Sends one frame if there is room for the whole of it now; false when there is not, or the other side is gone.
    package func sendNow(_ frame: [UInt8]) -> Bool {
        let bytes = withUnsafeBytes(of: UInt32(frame.count).bigEndian, Array.init) + frame
        let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
        let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, flags) }
        return count == bytes.count
    }

    /// The next frame; nil at the end, or when it is longer than a frame may be.
    package func receive() -> [UInt8]? {
        guard let head = receive(count: 4, mayWait: true) else { return nil }
        let count = head.reduce(0) { $0 << 8 | Int($1) }
        return count <= Self.frameLimit ? receive(count: count) : nil
    }

    private func receive(count: Int, mayWait: Bool = false) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var received = 0
        while received < count {
            let now = bytes.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress?.advanced(by: received), count - received, 0)
            }
            if now < 0 && errno == EINTR { continue }
            // Between frames a person may be reading, or thinking.
            if now < 0 && errno == EAGAIN && mayWait && received == 0 { continue }
            guard now > 0 else { return nil }
            received += now
        }
        return bytes
    }

    private static func create(_ path: String) throws(SystemError) -> UnixSocket {
        guard path.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
            throw SystemError(ENAMETOOLONG, "use", path)
        }
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(errno, "open a socket for", path) }
        return UnixSocket(descriptor: descriptor)
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
