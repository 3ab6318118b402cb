// The HTTP/1.1 server: one libmicrohttpd epoll thread that collects a request, hands it over, and sends its
// answer.
// It promises: a handler is called once for each request that the gate let in, with the whole body, on the
// http thread (so it must hand work on and return); every request is answered exactly once; no peer holds a
// connection beyond the deadlines of the configuration; no version banner.
// It is made for the loopback behind a proxy. One hole of libmicrohttpd 0.9.75 stays open: inside a chunked
// body it takes a bare LF for CR LF. A proxy that sends bodies on with Content-Length (nginx by default)
// closes it.
// A request line, a chunk or a Content-Length that the library cannot parse is answered by the library
// itself, with a small constant HTML page and the end of the connection; the handler never hears of it.

import CMicroHTTPD
import Runtime

/// An HTTP server that runs from `init` to `stop`.
package final class HTTPServer: Sendable {
    /// The port that it listens on: the real one, where 0 was asked for.
    package let port: Int

    private let core: ServerCore
    private let socket: ListenSocket
    private let daemon: Lock<Daemon?>

    /// The running C daemon, and the reference to the core that its callbacks borrow.
    private struct Daemon: @unchecked Sendable {
        let pointer: OpaquePointer
        let context: Unmanaged<ServerCore>
    }

    /// Binds, listens and starts.
    ///
    /// - Parameters:
    ///   - configuration: where to listen, and the limits of a connection.
    ///   - allowance: what a request is granted, asked before its body is read.
    ///   - handler: called on the http thread with each complete request; it must not block.
    ///   - onRefusal: told of each request that the server refuses by itself; it must not block.
    /// - Throws: `HTTPServerError` if the address is no address, is taken, or resources are short.
    package init(
        configuration: HTTPServerConfiguration,
        allowance: @escaping @Sendable (HTTPRequestHead) -> RequestAllowance,
        handler: @escaping @Sendable (HTTPRequest, Responder) -> Void,
        onRefusal: @escaping @Sendable (RefusedRequest) -> Void = { _ in }
    ) throws(HTTPServerError) {
        let socket = try ListenSocket(address: configuration.address, port: configuration.port)
        let core = ServerCore(
            configuration: configuration, allowance: allowance, handler: handler, onRefusal: onRefusal)
        let context = Unmanaged.passRetained(core)
        let flags = MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
        let started = CMicroHTTPD_start(
            flags, socket.descriptor, UInt32(clamping: configuration.connectionLimit),
            configuration.connectionMemoryLimitBytes, context.toOpaque(), requestAdvanced, requestLineRead,
            requestEnded, connectionChanged)
        guard let started else {
            context.release()
            socket.close()
            throw .cannotStart(configuration.address, port: configuration.port)
        }
        core.table.startReaper()
        self.core = core
        self.socket = socket
        port = socket.port
        daemon = Lock(Daemon(pointer: started, context: context))
    }

    deinit {
        stop(grace: .zero)
    }

    /// Stops serving; returns when everything is closed.
    ///
    /// New connections are refused at once, running requests may end until the grace is over, the rest gets
    /// 503.
    /// A second call does nothing. Never call it from the handler: it waits for the thread that runs that.
    package func stop(grace: Duration) {
        let running = daemon.withLock { daemon in
            defer { daemon = nil }
            return daemon
        }
        guard let running else { return }
        // The library keeps using the descriptor until its thread has ended: stop it listening, close it
        // last.
        MHD_quiesce_daemon(running.pointer)
        socket.stopListening()
        core.table.drain(for: grace)
        for exchange in core.table.close() { exchange.settle(.unavailable) }
        // Time for the http thread to send those answers. From here on nothing is suspended any more, which
        // MHD_stop_daemon insists on (architecture, trap 5).
        core.table.waitUntilEmpty(for: .milliseconds(500))
        MHD_stop_daemon(running.pointer)
        core.table.end()
        socket.close()
        running.context.release()
    }
}
