// The real `relais` executable that was built beside the tests: one command to its end, or a gateway that runs until it is
// told to stop. Nothing of the program is imported here; it is judged by what it prints, answers and returns.

import Foundation
import Glibc

/// The executable and the repository that it was built from.
package enum Relais {
    /// The top of the repository.
    package static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// `.build/debug/relais`, or the one beside the test bundle.
    package static let executable: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("relais")
        return FileManager.default.isExecutableFile(atPath: beside.path)
            ? beside.path : repository + "/.build/debug/relais"
    }()

    /// Runs one command to its end.
    ///
    /// - Parameter output: where standard output goes; a temporary file when nil.
    package static func run(
        _ words: [String], input: [UInt8] = [], environment: [String: String] = [:], output: Int32? = nil
    ) throws -> CommandResult {
        let (inputFile, outputFile, errorFile) = try (Scratch(input), Scratch(), Scratch())
        let process = try ChildProcess(
            executable, words, environment: base.merging(environment) { $1 },
            input: inputFile.descriptor, output: output ?? outputFile.descriptor, error: errorFile.descriptor)
        let status = try process.waitForEnd()
        return CommandResult(status: status, output: outputFile.bytes, error: errorFile.bytes)
    }

    static let base = ["RELAIS_SHARE": repository, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
}

/// What one command left.
package struct CommandResult: Sendable {
    /// The exit code.
    package let status: Int32
    /// Standard output.
    package let output: [UInt8]
    private let errorBytes: [UInt8]

    init(status: Int32, output: [UInt8], error: [UInt8]) {
        self.status = status
        self.output = output
        errorBytes = error
    }

    package var text: String { String(decoding: output, as: UTF8.self) }
    package var error: String { String(decoding: errorBytes, as: UTF8.self) }
    package var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// The JSON value of the first line; throws when there is none.
    package func document() throws -> JSONDocument {
        guard let line = lines.first else { throw TestFailure("exit \(status), no output: \(error)") }
        return try JSONDocument(Array(line.utf8))
    }

    /// Standard output as one JSON value a line; throws at a line that is none.
    package func documents() throws -> [JSONDocument] {
        try lines.map { try JSONDocument(Array($0.utf8)) }
    }
}

/// A gateway that runs.
package final class RelaisGateway: @unchecked Sendable {
    private let process: ChildProcess
    private let condition = NSCondition()
    private var log = ""
    private var isLogOver = false
    /// The port of the API and the public pages.
    package private(set) var port = 0
    /// The port of `/healthz` and `/readyz`.
    package private(set) var operationsPort = 0

    /// Starts `relais serve` and waits until it listens.
    package init(home: String, environment: [String: String] = [:]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw TestFailure("pipe: \(errno)") }
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        let variables = ["RELAIS_HOME": home].merging(environment) { $1 }
        process = try ChildProcess(
            Relais.executable, ["serve"], environment: Relais.base.merging(variables) { $1 }, input: null,
            output: null, error: ends[1])
        close(ends[1])
        let readEnd = ends[0]
        Thread.detachNewThread { [self] in read(readEnd) }
        let line = try waitForLog("gateway-started")
        port = try Self.port("listen", in: line)
        operationsPort = try Self.port("opsListen", in: line)
    }

    /// Everything that it wrote to standard error.
    package var logText: String {
        condition.lock()
        defer { condition.unlock() }
        return log
    }

    /// Waits for a line of the log with this text.
    @discardableResult
    package func waitForLog(_ text: String, atMostSeconds limit: Double = 20) throws -> String {
        condition.lock()
        defer { condition.unlock() }
        let end = Date(timeIntervalSinceNow: limit)
        while true {
            if let line = log.split(separator: "\n").first(where: { $0.contains(text) }) {
                return String(line)
            }
            guard !isLogOver, condition.wait(until: end) else {
                throw TestFailure("no \"\(text)\" in the gateway's log:\n\(log)")
            }
        }
    }

    /// True while the process has not ended.
    package var isRunning: Bool { process.end() == nil }

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
        condition.lock()
        defer { condition.unlock() }
        let end = Date(timeIntervalSinceNow: 10)
        while !isLogOver, condition.wait(until: end) {}
        return status
    }

    private func read(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            condition.lock()
            if count > 0 { log += String(decoding: buffer[..<count], as: UTF8.self) }
            isLogOver = count <= 0
            condition.broadcast()
            condition.unlock()
            if count <= 0 { break }
        }
        close(descriptor)
    }

    private static func port(_ name: String, in line: String) throws -> Int {
        let field = line.split(separator: " ").first { $0.hasPrefix(name + "=") }
        guard let text = field?.split(separator: ":").last, let port = Int(text) else {
            throw TestFailure("no \(name) in: \(line)")
        }
        return port
    }
}

/// A file without a name, for what a command reads or writes.
private final class Scratch {
    let descriptor: Int32

    init(_ content: [UInt8] = []) throws {
        var name = Array((NSTemporaryDirectory() + "/relais-XXXXXX").utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw TestFailure("mkstemp: \(errno)") }
        unlink(name)
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw TestFailure("write: \(errno)") }
            rest = rest.dropFirst(count)
        }
        lseek(descriptor, 0, SEEK_SET)
    }

    deinit {
        close(descriptor)
    }

    var bytes: [UInt8] {
        lseek(descriptor, 0, SEEK_SET)
        return Array(FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readDataToEndOfFile())
    }
}
