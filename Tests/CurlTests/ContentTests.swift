// What arrives is what was given, byte for byte, at two independent sinks; what is not clean never leaves.

import Curl
import Delivery
import Foundation
import Support
import Testing

@Suite("Content arrives byte for byte, or not at all")
struct ContentTests {
    static let bodies: [[UInt8]] =
        [
            ".\r\n", "..\r\n", ".x\r\n", "a\r\n.\r\nb\r\n", "a\r\n..\r\n", ".\r\n.\r\n.\r\n", "\r\n",
            "\r\n.\r\n",
            "a\r\n.", "x\r\n\r\n.\r\n\r\n",
        ].map { Array(($0.hasSuffix("\r\n") ? $0 : $0 + "\r\n").utf8) }
        + [16, 64].flatMap { kilobytes in
            [1, 2, 3].flatMap { factor in
                [-3, -2, -1, 0, 1, 2, 3].map { body(ofSize: kilobytes * 1_024 * factor + $0) }
            }
        } + [body(ofSize: 1_000), body(ofSize: 5_000_000)]

    @Test("our own server, dots at every place of a read, and smtp-sink")
    func roundTrip() throws {
        let server = ScriptedSMTPServer()
        let folder = try TestFolder(isShared: true)
        let sink = try ServerProcess.sink(dumpingInto: folder)
        let connections = try [server.port, sink.port].map {
            SMTPConnection(endpoint: try endpoint(port: $0))
        }
        for body in Self.bodies {
            for connection in connections {
                let evidence = connection.send(body)
                #expect(SMTPOutcomeRule.verdict(for: evidence).outcome == .accepted, "\(evidence)")
            }
        }
        connections.forEach { $0.hangUp() }
        server.stop()
        sink.stop()
        #expect(server.bodies == Self.bodies)
        let dumped = try folder.names().map { try Self.content(ofDump: folder.bytes(of: $0)) }
        #expect(dumped.count == Self.bodies.count)
        #expect(Set(dumped) == Set(Self.bodies))
    }

    @Test("a CR LF and a dot at every offset around the edge of a read")
    func chunkEdges() throws {
        let server = ScriptedSMTPServer()
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
        let edges = [16_384, 65_536].flatMap { edge in
            (-4...4).map { offset in
                let filler = body(ofSize: edge + offset - 2)
                return filler + Array("q\r\n.\r\n..\r\nend\r\n".utf8)
            }
        }
        for body in edges { #expect(connection.send(body).isAccepted) }
        connection.hangUp()
        server.stop()
        #expect(server.bodies == edges)
    }

    @Test(
        "content that is not clean is refused before anything is opened",
        arguments: [
            "", "a", "a\n", "a\r", "a\r\nb", "a\r\nb\n", "a\rb\r\n", "a\nb\r\n", "a\r\r\n", "a\n\r\n",
            "\n.\r\n",
            "a\0b\r\n", "\r", "\n", String(repeating: "x", count: 999) + "\r\n",
        ])
    func unclean(text: String) throws {
        let server = ScriptedSMTPServer()
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
        let verdict = SMTPOutcomeRule.verdict(for: connection.send(Array(text.utf8)))
        #expect(verdict == Verdict(outcome: .rejected, status: "content", refusal: .content, action: .fail))
        server.stop()
        #expect(server.connectionCount == 0)
    }

    @Test("the longest line that RFC 5322 allows passes")
    func longestLine() throws {
        let server = ScriptedSMTPServer()
        defer { server.stop() }
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
        #expect(connection.send(Array((String(repeating: "x", count: 998) + "\r\n").utf8)).isAccepted)
    }

    /// The message in a dump of smtp-sink: what follows the three lines of its Received field, with LF for
    /// CR LF, and an empty line more at the end.
    private static func content(ofDump bytes: [UInt8]) throws -> [UInt8] {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
        while let line = lines.first, !line.starts(with: "Received:".utf8) { lines = lines.dropFirst() }
        lines = lines.dropFirst(3).dropLast(2)
        return lines.flatMap { Array($0) + Array("\r\n".utf8) }
    }
}
