// A plain HTTP client: one connection a request, the exact method, path, header fields and bytes that a test names, no redirect
// followed, no cookie kept. A read gives up after ten seconds of silence, or what the test says, with an error.

import Foundation
import Glibc

/// What a server answered.
package struct HTTPAnswer: Sendable {
    package let status: Int
    /// In the order they came.
    package let fields: [(name: String, value: String)]
    package let body: [UInt8]

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The first value of a field.
    package subscript(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    package func json() throws -> JSONDocument { try JSONDocument(body) }

    /// Status, fields but `Date`, and body: what two answers that must not differ are compared by.
    package var comparable: [String] {
        // The time, the request's id and what is left of the rate differ in every answer.
        let own = ["date", "ratelimit", "x-request-id"]
        let kept = fields.filter { !own.contains($0.name.lowercased()) }.map { "\($0.name): \($0.value)" }
        return ["\(status)"] + kept + [text.replacing(self["X-Request-Id"] ?? "-", with: "-")]
    }
}

/// A client of one loopback port.
package struct HTTPClient: Sendable {
    package let port: Int
    /// How long a server may be silent.
    private let patienceSeconds: Int

    package init(port: Int, patienceSeconds: Int = 10) {
        self.port = port
        self.patienceSeconds = patienceSeconds
    }

    /// Sends one request and reads the answer to its end.
    package func send(
        _ method: String, _ path: String, _ fields: [(String, String)] = [], body: [UInt8]? = nil
    ) throws -> HTTPAnswer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        if let body { head += "Content-Length: \(body.count)\r\n" }
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        return try exchange(Array((head + "\r\n").utf8) + (body ?? []))
    }

    /// Posts a JSON message with a key.
    package func post(message: [UInt8], key: String, _ fields: [(String, String)] = []) throws -> HTTPAnswer {
        try send(
            "POST", "/v1/messages",
            [("Authorization", "Bearer \(key)"), ("Content-Type", "application/json")] + fields, body: message
        )
    }

    /// Sends these bytes and reads what comes back.
    package func exchange(_ request: [UInt8]) throws -> HTTPAnswer {
        let socket = try connected()
        defer { close(socket) }
        var rest = request[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // A server that refuses a body early stops reading; its answer is there all the same.
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return try Self.parse(bytes)
    }

    private func connected() throws -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(socket)
            throw TestFailure("connect: \(String(cString: strerror(errno)))")
        }
        return socket
    }

    private static func parse(_ bytes: [UInt8]) throws -> HTTPAnswer {
        let data = Data(bytes)
        guard let gap = data.range(of: Data("\r\n\r\n".utf8)) else {
            throw TestFailure("no answer: \(String(decoding: bytes, as: UTF8.self))")
        }
        let lines = String(decoding: data[..<gap.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        guard let status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") else {
            throw TestFailure("not a status line: \(lines[0])")
        }
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (
                name: String(parts[0]),
                value: parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            )
        }
        return HTTPAnswer(status: status, fields: Array(fields), body: Array(data[gap.upperBound...]))
    }
}
