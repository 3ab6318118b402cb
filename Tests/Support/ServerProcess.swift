// A server in a process of its own, ended with its owner by its process id: smtp-sink for SMTP, and a small
// Python script for SMTP inside TLS.

import Foundation

/// A child process that listens on a loopback port.
package final class ServerProcess: @unchecked Sendable {
    /// The port it listens on.
    package let port: Int
    private let process = Process()

    /// Postfix's sink.
    ///
    /// `folder` gets one file a message; without it messages are thrown away.
    package static func sink(_ options: [String] = [], dumpingInto folder: TestFolder? = nil) throws
        -> ServerProcess
    {
        let dump = folder.map { ["-d", "\($0.path)/mail"] } ?? []
        let user = geteuid() == 0 ? ["-u", "postfix"] : []
        return try ServerProcess(path: "/usr/sbin/smtp-sink") { port in
            user + dump + options + ["127.0.0.1:\(port)", "64"]
        }
    }

    /// The Python server beside this file: `mode` is "implicit" or "starttls".
    package static func tls(mode: String, certificate: String, key: String) throws -> ServerProcess {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("tls_smtp_server.py").path
        return try ServerProcess(path: "/usr/bin/python3") { port in
            [script, mode, "\(port)", certificate, key]
        }
    }

    /// A provider of SMS inside TLS, by the Python server beside this file: `certificate` is "good", "expired" or "other-host". `folder` gets its
    /// `certificate.pem`, and in `log` what it was sent.
    package static func https(certificate: String, in folder: TestFolder) throws -> ServerProcess {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("tls_http_server.py").path
        return try ServerProcess(path: "/usr/bin/python3") { port in
            [script, certificate, "\(port)", folder.path]
        }
    }

    private init(path: String, arguments: (Int) -> [String]) throws {
        port = LoopbackSocket.freePort()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments(port)
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        precondition(LoopbackSocket.waitForListener(port: port), "\(path) does not listen")
    }

    deinit {
        stop()
    }

    /// Ends the process and waits for it.
    package func stop() {
        guard process.isRunning else { return }
        // SIGKILL, because a child of a pool thread inherits its blocked SIGTERM and would never see one.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
