// A server for one test, with a record of the handler's entries.

import Foundation
import HTTPServer
import Runtime

/// A running server that notes "METHOD path" for every call of its handler.
final class TestServer {
    let server: HTTPServer
    private let log: Lock<[String]>

    var port: Int { server.port }
    var entries: [String] { log.withLock { $0 } }

    /// Starts; the handler's default answers 200 with the body it got.
    init(
        _ configuration: HTTPServerConfiguration = HTTPServerConfiguration(), bodyLimit: Int = 1 << 20,
        handler: @escaping @Sendable (HTTPRequest, Responder) -> Void = {
            $1.respond(HTTPResponse(status: 200, body: $0.body))
        }
    ) throws {
        let log = Lock<[String]>([])
        self.log = log
        server = try HTTPServer(
            configuration: configuration, allowance: { _ in RequestAllowance(bodyLimit: bodyLimit) },
            handler: { request, responder in
                log.withLock { $0.append("\(request.method) \(request.path)") }
                handler(request, responder)
            })
    }

    deinit {
        server.stop(grace: .zero)
    }

    func connect() throws -> RawConnection {
        try RawConnection(port: port)
    }
}

/// A place where a handler leaves a responder and from which a test takes it.
final class Handover: Sendable {
    private let responders = Lock<[Responder]>([])
    private let arrived = DispatchSemaphore(value: 0)

    func put(_ responder: Responder) {
        responders.withLock { $0.append(responder) }
        arrived.signal()
    }

    /// Waits for the next responder, ten seconds at most.
    func take() throws -> Responder {
        guard arrived.wait(timeout: .now() + 10) == .success else {
            throw RawConnection.Failure(what: "the handler was not called")
        }
        return responders.withLock { $0.removeFirst() }
    }
}
