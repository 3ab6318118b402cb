// An SMTP server that does what a test tells it at each step, for what smtp-sink cannot do. One thread, one
// connection at a time; it keeps every command and every message that it got. It ends with `stop` or with
// its owner.

import Foundation
import Glibc

/// A scripted SMTP server on loopback.
package final class ScriptedSMTPServer: @unchecked Sendable {
    /// A moment at which the script is asked.
    package enum Step: Hashable, Sendable, CaseIterable {
        case connect
        case ehlo
        case helo
        case startTLS
        case auth
        case mail
        case rcpt
        case data
        /// The first bytes of the content have come.
        case content
        case dot
        case quit
    }

    /// What the server does at a step.
    package enum Action: Sendable {
        /// Sends these bytes as they are; a CR LF is added.
        case reply(String)
        /// The same, and closes.
        case replyAndClose(String)
        /// Closes without a word.
        case close
        /// Closes with RST.
        case reset
        /// Says nothing until the client goes.
        case stall
    }

    /// Asked at every step with the number of the connection (from 1) and of the message on it (from 1);
    /// nil means the ordinary answer.
    package typealias Script = @Sendable (Step, _ connection: Int, _ message: Int) -> Action?

    /// The port it listens on.
    package let port: Int
    private let listener: Int32
    private let script: Script
    private let lock = NSLock()
    private let finished = DispatchSemaphore(value: 0)
    private var current: Int32 = -1
    private var isStopped = false
    private var recordedCommands: [String] = []
    private var recordedBodies: [[UInt8]] = []
    private var recordedConnections = 0

    /// Starts the server.
    ///
    /// - Parameter isNarrow: little of a content leaves the client before the server reads.
    package init(isNarrow: Bool = false, _ script: @escaping Script = { _, _, _ in nil }) {
        (listener, port) = LoopbackSocket.listen(isNarrow: isNarrow)
        self.script = script
        Thread.detachNewThread { [self] in
            serve()
            finished.signal()
        }
    }

    /// Every command line that came, without line end.
    package var commands: [String] { lock.withLock { recordedCommands } }
    /// Every message that came to its dot, dots unstuffed.
    package var bodies: [[UInt8]] { lock.withLock { recordedBodies } }
    /// How many connections came.
    package var connectionCount: Int { lock.withLock { recordedConnections } }

    /// Ends the server and waits for its thread; what it recorded stays.
    package func stop() {
        let wasStopped = lock.withLock {
            defer { isStopped = true }
            if !isStopped {
                shutdown(listener, Int32(SHUT_RDWR))
                if current >= 0 { shutdown(current, Int32(SHUT_RDWR)) }
            }
            return isStopped
        }
        guard !wasStopped else { return }
        finished.wait()
        close(listener)
    }

    private func serve() {
        signal(SIGPIPE, SIG_IGN)
        while true {
            let socket = accept(listener, nil, nil)
            guard socket >= 0 else { return }
            let number: Int? = lock.withLock {
                if isStopped { return nil }
                current = socket
                recordedConnections += 1
                return recordedConnections
            }
            if let number { converse(on: socket, number: number) }
            lock.withLock { current = -1 }
            close(socket)
            if number == nil { return }
        }
    }

    private func converse(on socket: Int32, number: Int) {
        var input = LineReader(socket: socket)
        var message = 1
        guard act(.connect, socket, number, message) else { return }
        while let line = input.next() {
            let text = String(decoding: line.dropLast(2), as: UTF8.self)
            lock.withLock { recordedCommands.append(text) }
            guard let step = Self.step(of: text) else { return }
            // LOGIN asks for the password in a line of its own.
            let ordinary = text.hasPrefix("AUTH LOGIN") ? "334 UGFzc3dvcmQ6" : Self.ordinaryReply(to: step)
            guard act(step, socket, number, message, ordinary: ordinary) else { return }
            if step == .quit { return }
            if step == .data {
                guard readContent(&input, socket, number, message) else { return }
                message += 1
            }
        }
    }

    private func readContent(
        _ input: inout LineReader, _ socket: Int32, _ number: Int, _ message: Int
    ) -> Bool {
        if let action = script(.data, number, message), case .reply(let text) = action, !text.hasPrefix("354")
        {
            return true
        }
        var body: [UInt8] = []
        var isFirst = true
        while let line = input.next() {
            if isFirst, script(.content, number, message) != nil {
                return act(.content, socket, number, message)
            }
            isFirst = false
            if line == Array(".\r\n".utf8) {
                lock.withLock { recordedBodies.append(body) }
                return act(.dot, socket, number, message)
            }
            body.append(contentsOf: line.first == UInt8(ascii: ".") ? line.dropFirst() : line[...])
        }
        return false
    }

    /// Does what is due; false ends the connection.
    private func act(
        _ step: Step, _ socket: Int32, _ number: Int, _ message: Int, ordinary: String? = nil
    ) -> Bool {
        switch script(step, number, message) ?? .reply(ordinary ?? Self.ordinaryReply(to: step)) {
        case .reply(let text):
            return write(text, to: socket)
        case .replyAndClose(let text):
            _ = write(text, to: socket)
            return false
        case .close:
            return false
        case .reset:
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
            return false
        case .stall:
            // Reading on would let a large content pass. 0x2000 is POLLRDHUP, which Glibc's module lacks.
            var gone = pollfd(fd: socket, events: 0x2000, revents: 0)
            poll(&gone, 1, -1)
            return false
        }
    }

    private func write(_ text: String, to socket: Int32) -> Bool {
        var rest = Array((text + "\r\n").utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func step(of line: String) -> Step? {
        switch line.prefix(4) {
        case "EHLO": .ehlo
        case "HELO": .helo
        case "STAR": .startTLS
        case "MAIL": .mail
        case "RCPT": .rcpt
        case "DATA": .data
        case "QUIT": .quit
        default: .auth
        }
    }

    private static func ordinaryReply(to step: Step) -> String {
        switch step {
        case .connect: "220 script.test ESMTP"
        case .ehlo: "250-script.test\r\n250-SIZE 100000000\r\n250 ENHANCEDSTATUSCODES"
        case .startTLS: "220 go ahead"
        case .auth: "235 2.7.0 welcome"
        case .data: "354 go ahead"
        case .dot: "250 2.0.0 queued"
        case .quit: "221 bye"
        case .helo, .mail, .rcpt, .content: "250 ok"
        }
    }
}

/// Reads lines that end with CR LF from a socket.
private struct LineReader {
    let socket: Int32
    private var buffer: [UInt8] = []
    private var start = 0

    init(socket: Int32) {
        self.socket = socket
    }

    mutating func next() -> [UInt8]? {
        var searched = start
        while true {
            var index = max(searched, start + 1)
            while index < buffer.count {
                if buffer[index] == 0x0A, buffer[index - 1] == 0x0D {
                    let line = Array(buffer[start...index])
                    start = index + 1
                    return line
                }
                index += 1
            }
            buffer.removeFirst(start)
            start = 0
            searched = buffer.count
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(socket, &chunk, chunk.count)
            guard count > 0 else { return nil }
            buffer.append(contentsOf: chunk[..<count])
        }
    }
}
