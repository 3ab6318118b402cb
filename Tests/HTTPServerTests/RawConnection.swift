// A TCP client that sends exactly the bytes it is given and understands just enough HTTP to read an answer.
// Every read gives up after ten seconds with an error, so that a hanging server fails a test instead of
// blocking it.

import Glibc
import HTTPServer

/// One blocking connection to the loopback.
final class RawConnection {
    struct Failure: Error {
        let what: String
    }

    struct Response: Equatable {
        let status: Int
        let headers: [HTTPField]
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        func header(_ name: String) -> String? {
            headers.first { $0.isNamed(name) }?.value
        }
    }

    let descriptor: Int32
    private var buffer: [UInt8] = []

    /// Connects; with `isIPv6` to ::1.
    ///
    /// - Parameter from: another address of the IPv4 loopback to come from.
    init(port: Int, isIPv6: Bool = false, from: String? = nil) throws {
        descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        let result: Int32
        if isIPv6 {
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = UInt16(port).bigEndian
            inet_pton(AF_INET6, "::1", &name.sin6_addr)
            result = withUnsafePointer(to: &name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        } else {
            if let from {
                var own = sockaddr_in()
                own.sin_family = sa_family_t(AF_INET)
                inet_pton(AF_INET, from, &own.sin_addr)
                let bound = withUnsafePointer(to: &own) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
                guard bound == 0 else { throw Failure(what: "bind \(from)") }
            }
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = UInt16(port).bigEndian
            name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            result = withUnsafePointer(to: &name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        guard result == 0 else { throw Failure(what: String(cString: strerror(errno))) }
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Sends everything; false if the peer has gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool {
        send(Array(text.utf8))
    }

    /// Says that nothing more will be sent.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Reads what there is; false at the end of the stream or when the peer has reset it.
    private func fill() throws -> Bool {
        var part = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(descriptor, &part, part.count, 0)
        if count > 0 {
            buffer += part[..<count]
            return true
        }
        if count == 0 || errno == ECONNRESET { return false }
        throw Failure(what: "nothing came for ten seconds")
    }

    /// Reads one answer; interim answers (1xx) are returned like others.
    func readResponse(toHead: Bool = false) throws -> Response {
        var end: Int?
        while end == nil {
            end = buffer.indices.dropLast(3).first { Array(buffer[$0..<($0 + 4)]) == Array("\r\n\r\n".utf8) }
            if end == nil, try !fill() { throw Failure(what: "closed after \(buffer.count) bytes") }
        }
        let lines = String(decoding: buffer[..<(end ?? 0)], as: UTF8.self).split(separator: "\r\n")
        buffer.removeFirst((end ?? 0) + 4)
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ": ", maxSplits: 1)
            return HTTPField(name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
        let length = Int(headers.first { $0.isNamed("Content-Length") }?.value ?? "") ?? 0
        let expected = toHead ? 0 : length
        while buffer.count < expected {
            guard try fill() else { throw Failure(what: "closed inside a body") }
        }
        let body = Array(buffer.prefix(expected))
        buffer.removeFirst(expected)
        return Response(status: Int(lines[0].split(separator: " ")[1]) ?? 0, headers: headers, body: body)
    }

    /// Reads to the end of the stream and returns what had not been read before.
    func readToEnd() throws -> String {
        while try fill() {}
        defer { buffer = [] }
        return String(decoding: buffer, as: UTF8.self)
    }

    /// Sends a whole request and reads its answer.
    func exchange(_ request: String) throws -> Response {
        send(request)
        return try readResponse()
    }
}

/// The shortest request for a path.
func get(_ path: String) -> String {
    "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n"
}
