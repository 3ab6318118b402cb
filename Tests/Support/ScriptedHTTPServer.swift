// An HTTP server that does with each connection what a test says, byte by byte, for what an HTTP library cannot be made to do: to read half a
// request, to stop within its answer, to end with RST. It speaks no HTTP but the end of a request; it keeps every request that came whole.

import Foundation
import Glibc
import Runtime

package final class ScriptedHTTPServer: Sendable {
    /// What is done next on a connection; behind the last it is closed.
    package enum Step: Sendable {
        /// Reads so many bytes and not one more; what else came is thrown away by a reset, as a crash does it.
        case read(Int)
        /// Reads a request to the end of its body, and keeps it.
        case request
        /// Sends these bytes as they are.
        case send(String)
        /// Sends them until the client has had enough.
        case sendWithoutEnd(String)
        /// Waits until the client has gone.
        case waitForEnd
        /// Waits until the test says so.
        case wait(Moment)
        /// Says so to the test.
        case tell(Moment)
        /// Closes with RST.
        case reset
    }

    /// Something that happens once, on one side, and that the other waits for.
    package final class Moment: Sendable {
        private let state = Monitor(false)

        package init() {}

        package func come() { state.update { $0 = true } }

        /// Throws after a minute.
        package func wait() throws {
            guard state.wait(atMost: .seconds(60), { $0 ? true : nil }) == true else {
                throw TestFailure("the moment did not come")
            }
        }
    }

    package let port: Int
    private let listener: Int32
    private let received = Monitor<[ReceivedRequest]>([])
    private let connections = Lock(0)

    /// - Parameters:
    ///   - isNarrow: little of a request leaves the client before the server reads.
    ///   - script: the steps of a connection, which counts from 1. `closed` comes when the server has closed it.
    package init(
        isNarrow: Bool = false, closed: Moment = Moment(),
        _ script: @escaping @Sendable (_ connection: Int) -> [Step]
    ) {
        (listener, port) = LoopbackSocket.listen(isNarrow: isNarrow)
        Thread.detachNewThread { [listener, received, connections] in
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else {
                    close(listener)
                    return
                }
                let number = connections.withLock { count in
                    count += 1
                    return count
                }
                Thread.detachNewThread {
                    var input = HTTPRequestReader(socket: socket)
                    for step in script(number) {
                        guard Self.act(step, socket, &input, received) else { break }
                    }
                    close(socket)
                    closed.come()
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Every request that came whole, in the order of their ends.
    package var requests: [ReceivedRequest] { received.withLock { $0 } }

    /// Connections that were opened.
    package var connectionCount: Int { connections.withLock { $0 } }

    /// False ends the connection.
    private static func act(
        _ step: Step, _ socket: Int32, _ input: inout HTTPRequestReader,
        _ received: Monitor<[ReceivedRequest]>
    ) -> Bool {
        switch step {
        case .read(let count):
            return input.skip(count)
        case .request:
            guard let request = input.next() else { return false }
            received.update { $0.append(request) }
        case .send(let text):
            return write(text, to: socket)
        case .sendWithoutEnd(let text):
            while write(text, to: socket) {}
        case .waitForEnd:
            // 0x2000 is POLLRDHUP, which Glibc's module lacks.
            var gone = pollfd(fd: socket, events: 0x2000, revents: 0)
            poll(&gone, 1, 60_000)
        case .wait(let moment):
            return (try? moment.wait()) != nil
        case .tell(let moment):
            moment.come()
        case .reset:
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
            return false
        }
        return true
    }

    private static func write(_ text: String, to socket: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
