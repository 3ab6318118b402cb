// Who a request is taken to be from: a stranger's header changes nothing, a trusted proxy's is believed as far as trusted ones wrote it.

import Foundation
import HTTPServer
import Runtime
import Support
import Testing

struct TrustedProxiesTests {
    /// What the handler hears: the client's bytes, and whether the id that was given was taken.
    private static let givenID = "0123456789abcdef0123456789abcdef"

    private func server(trusting networks: [String]) throws -> TestServer {
        var configuration = HTTPServerConfiguration()
        configuration.trustedProxies = TrustedProxies(networks.compactMap { IPNetwork($0) })
        return try TestServer(configuration) {
            let client = $0.client?.bytes.map(String.init).joined(separator: ".") ?? "none"
            $1.respond(HTTPResponse(status: 200, body: Array("\(client) \($0.id.text == Self.givenID)".utf8)))
        }
    }

    private func ask(_ server: TestServer, _ fields: String..., from: String? = nil) throws -> String {
        let head = fields.map { $0 + "\r\n" }.joined()
        return try RawConnection(port: server.port, from: from).exchange(
            "GET / HTTP/1.1\r\nHost: a\r\n\(head)\r\n"
        )
        .text
    }

    @Test func aStrangersHeadersChangeNothing() throws {
        for trusted in [[], ["127.0.0.9"], ["10.0.0.0/8", "::1"]] {
            let server = try server(trusting: trusted)
            for field in [
                "X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 127.0.0.9", "Forwarded: for=6.6.6.6",
                "X-Real-IP: 6.6.6.6",
            ] {
                #expect(
                    try ask(server, field, "X-Request-Id: \(Self.givenID)") == "127.0.0.1 false", "\(field)")
            }
        }
    }

    @Test func theChainIsReadFromItsRightEndAsFarAsItIsTrusted() throws {
        let server = try server(trusting: ["127.0.0.1", "10.0.0.0/8"])
        for (value, client) in [
            ("192.0.2.7", "192.0.2.7"), ("6.6.6.6, 192.0.2.7", "192.0.2.7"),
            ("6.6.6.6,192.0.2.7, 10.1.2.3", "192.0.2.7"),
            ("192.0.2.7,\t10.9.9.9", "192.0.2.7"), ("10.1.1.1, 10.2.2.2", "10.1.1.1"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8::1", "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"),
            // What no proxy writes ends the chain at the last one who can be believed.
            ("6.6.6.6, unknown", "127.0.0.1"), ("6.6.6.6, 192.0.2.7:80", "127.0.0.1"), ("", "127.0.0.1"),
            ("6.6.6.6, , 10.1.1.1", "10.1.1.1"), ("6.6.6.6, example.com, 10.1.1.1", "10.1.1.1"),
        ] {
            #expect(
                try ask(server, "X-Forwarded-For: \(value)", from: "127.0.0.1").hasPrefix(client + " "),
                "\(value)")
        }
        let twice = try ask(server, "X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 192.0.2.7")
        #expect(twice.hasPrefix("192.0.2.7 "), "several fields are one list")
        #expect(try ask(server, "X-Request-Id: \(Self.givenID)") == "127.0.0.1 true")
        #expect(try ask(server, "X-Request-Id: zoe@example.com") == "127.0.0.1 false")
        #expect(
            try ask(server, "X-Forwarded-For: 6.6.6.6", "X-Request-Id: \(Self.givenID)", from: "127.0.0.2")
                == "127.0.0.2 false")
    }

    @Test func aNetworkIsWhatItSays() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"), ("192.0.2.128/25", "192.0.2.255", "192.0.2.127"),
            ("192.0.2.1", "192.0.2.1", "192.0.2.2"),
            ("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"),
            ("::1", "::1", "::2"), ("127.0.0.1", "::ffff:127.0.0.1", "::1"),
        ] {
            #expect(IPNetwork(network)?.contains(IPAddress(inside)!) == true, "\(network)")
            #expect(IPNetwork(network)?.contains(IPAddress(outside)!) == false, "\(network)")
        }
        for text in [
            "", "localhost", "10.0.0.0/33", "10.0.0.1/8", "0.0.0.0/0", "::/0", "10.0.0.0/", "10.0.0/8",
            "10.0.0.0/-8",
            "1.2.3.4/8/8", " 10.0.0.1",
        ] {
            #expect(IPNetwork(text) == nil, "\(text)")
        }
        #expect(IPAddress("2001:db8::1:2")?.visitor == IPAddress("2001:db8::"))
        #expect(IPAddress("192.0.2.7")?.visitor == IPAddress("192.0.2.7"))
        #expect(IPAddress("127.8.8.8")?.isLoopback == true && IPAddress("::1")?.isLoopback == true)
        #expect(IPAddress("128.0.0.1")?.isLoopback == false && IPAddress("100::1")?.isLoopback == false)
    }
}
