// The real `relais` executable that was built beside the tests, one command to its end. Nothing of the program is imported here; it
// is judged by what it prints and returns.

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

    /// A small environment, and what the sanitizers are told (`make tsan asan`), so that the executable reports as the tests do.
    static let base: [String: String] = {
        let sanitizers = ["ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "SWIFT_BACKTRACE"]
        return ProcessInfo.processInfo.environment.filter { sanitizers.contains($0.key) }
            .merging(["RELAIS_SHARE": repository, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]) { $1 }
    }()
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
