// `relais serve` as a process of its own, judged by what it logs, answers and returns. It ends with its owner at the latest.

import Foundation
import Glibc

/// A gateway that runs.
package final class RelaisGateway: Sendable {
    private let process: ChildProcess
    private let log: ProcessLog
    /// The port of the API and the public pages.
    package let port: Int
    /// The port of `/healthz` and `/readyz`.
    package let operationsPort: Int

    /// Starts `relais serve` and waits until it listens.
    package init(home: String, environment: [String: String] = [:]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw TestFailure("pipe: \(errno)") }
        log = ProcessLog(reading: ends[0])
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        let variables = ["RELAIS_HOME": home].merging(environment) { $1 }
        let started = Result {
            try ChildProcess(
                Relais.executable, ["serve"], environment: Relais.base.merging(variables) { $1 }, input: null,
                output: null, error: ends[1])
        }
        // The child has its own copy now; the log ends when that one is closed.
        close(ends[1])
        process = try started.get()
        let line = try log.wait(for: "gateway-started", atMostSeconds: 30)
        port = try Self.port("listen", in: line)
        operationsPort = try Self.port("opsListen", in: line)
    }

    /// Everything that it wrote to standard error.
    package var logText: String { log.text }

    /// Waits for a line of the log with this text.
    @discardableResult
    package func waitForLog(_ text: String) throws -> String {
        try log.wait(for: text, atMostSeconds: 30)
    }

    /// True while the process has not ended.
    package var isRunning: Bool { process.end() == nil }

    /// SIGHUP, and the line that says what came of it.
    package func reload() throws -> String {
        let isEnd = { (line: Substring) in
            line.contains("gateway-reloaded") || line.contains("reload-refused")
        }
        let count = logText.split(separator: "\n").count(where: isEnd)
        process.send(signal: SIGHUP)
        return try log.wait(atMostSeconds: 60) { lines in
            let ends = lines.filter(isEnd)
            return ends.count > count ? ends.last : nil
        }
    }

    /// SIGTERM, without waiting.
    package func terminate() { process.send(signal: SIGTERM) }

    /// SIGTERM; the exit code.
    @discardableResult
    package func stop() throws -> Int32 {
        terminate()
        return try waitForEnd()
    }

    /// SIGKILL, and waits for the end.
    package func kill() throws {
        process.send(signal: SIGKILL)
        _ = try waitForEnd()
    }

    /// Waits for the end and for the last line of the log; the exit code.
    package func waitForEnd() throws -> Int32 {
        let status = try process.waitForEnd()
        log.waitForEnd()
        return status
    }

    private static func port(_ name: String, in line: String) throws -> Int {
        // `listen=127.0.0.1:1` or `"listen":"127.0.0.1:1"`.
        let field = line.replacing("\":\"", with: "=").split { " \",".contains($0) }
            .first { $0.hasPrefix(name + "=") }
        guard let text = field?.split(separator: ":").last, let port = Int(text) else {
            throw TestFailure("no \(name) in: \(line)")
        }
        return port
    }
}

/// What a process writes into a pipe, read by a thread of its own until the last writer is gone. The thread holds this value and not
/// the gateway, so that a gateway which nobody holds any more ends, and the pipe and the thread with it.
private final class ProcessLog: @unchecked Sendable {
    private let condition = NSCondition()
    private var bytes: [UInt8] = []
    private var isOver = false

    init(reading descriptor: Int32) {
        Thread.detachNewThread { [self] in read(descriptor) }
    }

    var text: String { condition.withLock { String(decoding: bytes, as: UTF8.self) } }

    func wait(for part: String, atMostSeconds limit: Double) throws -> String {
        try wait(atMostSeconds: limit, "no \"\(part)\"") { $0.first { $0.contains(part) } }
    }

    func wait(
        atMostSeconds limit: Double, _ failure: String = "nothing", _ find: ([Substring]) -> Substring?
    ) throws -> String {
        condition.lock()
        defer { condition.unlock() }
        let end = Date(timeIntervalSinceNow: limit)
        while true {
            // Complete lines only: a write may arrive in two reads.
            let lines = String(decoding: bytes, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false
            ).dropLast()
            if let line = find(Array(lines)) { return String(line) }
            guard !isOver, condition.wait(until: end) else {
                throw TestFailure("\(failure) in the log:\n\(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }

    func waitForEnd() {
        condition.lock()
        defer { condition.unlock() }
        let end = Date(timeIntervalSinceNow: 10)
        while !isOver, condition.wait(until: end) {}
    }

    private func read(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            condition.withLock {
                if count > 0 { bytes += buffer[..<count] }
                isOver = count <= 0
                condition.broadcast()
            }
            if count <= 0 { break }
        }
        close(descriptor)
    }
}
