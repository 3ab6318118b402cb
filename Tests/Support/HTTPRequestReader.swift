// The requests of one connection, read from a socket by the servers of the tests.

import Foundation
import Glibc

struct HTTPRequestReader {
    private static let gap = Data("\r\n\r\n".utf8)

    let socket: Int32
    private var bytes = Data()

    init(socket: Int32) {
        self.socket = socket
    }

    /// Reads this many bytes and no more; false when the client ended before.
    func skip(_ count: Int) -> Bool {
        var rest = count
        var buffer = [UInt8](repeating: 0, count: min(count, 4096))
        while rest > 0 {
            let found = recv(socket, &buffer, min(rest, buffer.count), 0)
            guard found > 0 else { return false }
            rest -= found
        }
        return true
    }

    /// The next request; nil when the connection ended.
    mutating func next() -> ReceivedRequest? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let request = whole() { return request }
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
    }

    private mutating func whole() -> ReceivedRequest? {
        guard let end = bytes.range(of: Self.gap) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (
                name: String(parts[0]),
                value: parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            )
        }
        let length =
            fields.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        guard bytes.endIndex >= end.upperBound + length else { return nil }
        let body = Array(bytes[end.upperBound..<end.upperBound + length])
        bytes = Data(bytes[(end.upperBound + length)...])
        return ReceivedRequest(line: lines[0], fields: fields, body: body)
    }
}
