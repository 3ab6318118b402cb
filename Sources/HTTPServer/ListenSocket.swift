// The listening socket, made here rather than by libmicrohttpd so that a refusal keeps its errno.
// It owns the descriptor from `init` to `close`; a start that fails closes it before it throws.

import Glibc

/// A bound, listening, non-blocking TCP socket.
struct ListenSocket: Sendable {
    /// The descriptor, owned by whoever holds this value.
    let descriptor: Int32
    /// The port that the kernel has really given.
    let port: Int

    /// Binds and listens on a numeric address.
    init(address: String, port: Int) throws(HTTPServerError) {
        guard let number = UInt16(exactly: port), var name = SocketName(address: address, port: number) else {
            throw .invalidAddress(address, port: port)
        }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(Int32(name.storage.ss_family), kind, 0)
        guard descriptor >= 0 else {
            throw .cannotListen(address, port: port, code: errno)
        }
        // A restart may bind while connections of the process before it are still in TIME_WAIT.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard name.withPointer({ bind(descriptor, $0, $1) }) == 0, listen(descriptor, SOMAXCONN) == 0,
            name.readLocal(of: descriptor)
        else {
            let code = errno
            Glibc.close(descriptor)
            throw .cannotListen(address, port: port, code: code)
        }
        self.descriptor = descriptor
        self.port = name.port
    }

    /// Refuses new connections at once; the descriptor stays valid, because the http thread may still hold
    /// it.
    func stopListening() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Gives the descriptor back.
    func close() {
        Glibc.close(descriptor)
    }
}
