// A receiver of webhooks on a loopback port: it reads whole requests, answers what the test says, and keeps what it was sent. Connections are
// kept alive; each has a thread of its own.

import Foundation
import Glibc
import Runtime

/// A request as it was received.
package struct ReceivedRequest: Sendable {
    package let line: String
    package let fields: [(name: String, value: String)]
    package let body: [UInt8]

    package init(line: String, fields: [(name: String, value: String)], body: [UInt8]) {
        self.line = line
        self.fields = fields
        self.body = body
    }

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The first value of a field.
    package subscript(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

package final class HTTPReceiver: Sendable {
    package let port: Int
    private let socket: Int32
    private let received = Monitor<[ReceivedRequest]>([])
    private let connections = Lock(0)

    /// - Parameter answer: the bytes that a request is answered with, or nil for hanging up; the number counts from 1.
    package init(
        _ answer: @escaping @Sendable (_ number: Int, _ request: ReceivedRequest) -> String? = { _, _ in
            HTTPReceiver.answer(204)
        }
    ) {
        let (socket, port) = LoopbackSocket.listen()
        self.socket = socket
        self.port = port
        Thread.detachNewThread { [received, connections] in
            while true {
                let connection = accept(socket, nil, nil)
                // Closed here and nowhere else: the number may be another receiver's a moment later.
                guard connection >= 0 else {
                    close(socket)
                    return
                }
                connections.withLock { $0 += 1 }
                Thread.detachNewThread { Self.serve(connection, received, answer) }
            }
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
    }

    package var url: String { "http://127.0.0.1:\(port)/hooks" }

    /// Everything that was received so far.
    package var requests: [ReceivedRequest] { received.withLock { $0 } }

    /// Connections that were opened.
    package var connectionCount: Int { connections.withLock { $0 } }

    /// What was received, once there are so many; throws after a minute.
    package func wait(for count: Int) throws -> [ReceivedRequest] {
        let found = received.wait(atMost: .seconds(60)) { $0.count >= count ? $0 : nil }
        guard let found else { throw TestFailure("\(requests.count) requests instead of \(count)") }
        return found
    }

    /// An answer without a body.
    package static func answer(_ status: Int, _ fields: String = "") -> String {
        "HTTP/1.1 \(status) Status\r\nContent-Length: 0\r\n\(fields)\r\n"
    }

    private static func serve(
        _ connection: Int32, _ received: Monitor<[ReceivedRequest]>,
        _ answer: (Int, ReceivedRequest) -> String?
    ) {
        defer { close(connection) }
        var input = HTTPRequestReader(socket: connection)
        while let request = input.next() {
            let number = received.update { requests in
                requests.append(request)
                return requests.count
            }
            guard let text = answer(number, request) else { return }
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
