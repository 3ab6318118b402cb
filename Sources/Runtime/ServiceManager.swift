// What a service manager is told (systemd's sd_notify(3)): that the gateway serves, reloads or stops. One datagram a state to the socket that
// NOTIFY_SOCKET names, a path or an abstract name. Without one nothing is told, and a socket that does not take it stops nobody: the
// manager has its own time-outs.

import Glibc

package struct ServiceManager: Sendable {
    private let socketName: String?

    /// - Parameter socketName: as in NOTIFY_SOCKET; nil when nobody is to be told.
    package init(socketName: String? = getenv("NOTIFY_SOCKET").map { String(cString: $0) }) {
        self.socketName = socketName
    }

    /// Everything is open: whoever connects is answered.
    package func ready() { tell("READY=1") }

    /// A reload has begun; `ready` ends it. The manager tells by the time which one is meant.
    package func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        tell("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
    }

    package func stopping() { tell("STOPPING=1") }

    private func tell(_ state: String) {
        guard let socketName, socketName.hasPrefix("/") || socketName.hasPrefix("@") else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // An abstract name begins with a zero, for which the variable has `@`, and ends with the address.
        let isAbstract = socketName.hasPrefix("@")
        let name = Array(socketName.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: name)
            if isAbstract { path[0] = 0 }
        }
        let size = MemoryLayout<sa_family_t>.size + name.count + (isAbstract ? 0 : 1)
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(state.utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL), $0, socklen_t(size))
            }
        }
    }
}
