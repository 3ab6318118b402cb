// Nothing that comes with an address becomes a command: refused before anything is opened, from either side.

import Curl
import Delivery
import Support
import Testing

@Suite("Envelope addresses cannot carry commands")
struct EnvelopeInjectionTests {
    static let vectors: [String] = {
        let singles = (0...0x20).map { UInt8($0) } + [0x7F, 0x3C, 0x3E]
        let around = singles.flatMap { byte in
            let character = String(decoding: [byte], as: UTF8.self)
            return [
                "zo\(character)e@example.lu", "zoe@exam\(character)ple.lu", "\(character)zoe@example.lu",
                "zoe@example.lu\(character)",
            ]
        }
        let attacks = [
            "zoe@example.lu>\r\nRCPT TO:<eve@evil.test", "zoe@example.lu\r\nRCPT TO:<eve@evil.test>",
            "zoe@example.lu\nDATA", "zoe@example.lu SIZE=1", "zoe@example.lu> NOTIFY=NEVER",
            "<zoe@example.lu>", "zoe%0d%0aRCPT@example.lu", "zoe%0D@example.lu", "zoe%00@example.lu",
            "zoe%3c@example.lu", "zoe%3E@example.lu", "=?utf-8?q?zoe=0d=0a?=@example.lu", "zoé@example.lu",
            "zoe@exämple.lu", "zoe@example.lu\u{2028}x", "zoe\u{85}@example.lu", "\u{FEFF}zoe@example.lu", "",
            "@", "zoe", "zoe@", "@example.lu", "a@b@example.lu", "\"\"@@example.lu",
            String(repeating: "a", count: 65) + "@example.lu", "a@" + String(repeating: "b", count: 253),
        ]
        return around + attacks
    }()

    @Test("as sender and as recipient, and nothing is opened")
    func vectors() throws {
        let server = ScriptedSMTPServer()
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
        for vector in Self.vectors {
            for (sender, recipient) in [("a@example.com", vector), (vector, "a@example.com")] {
                let evidence = connection.send(sender: sender, recipient: recipient, body: smallBody)
                #expect(
                    SMTPOutcomeRule.verdict(for: evidence)
                        == Verdict(
                            outcome: .rejected, status: "address", refusal: .content, action: .fail),
                    "\(vector.debugDescription)")
            }
        }
        server.stop()
        #expect(server.connectionCount == 0)
    }

    @Test("ordinary and odd addresses pass unchanged, in one MAIL and one RCPT")
    func ordinary() throws {
        let addresses = [
            "zoe@example.lu", "o'neil+car@example.lu", "bounce+zoe=0dd.example@gw.example.com",
            "a%b@example.lu",
            "\"a@b\"@example.lu", "x@[192.0.2.1]", "zoe@xn--exmple-cua.lu",
            String(repeating: "a", count: 64) + "@example.lu", "!#$&'*/?=^_`{|}~@example.lu",
        ]
        for address in addresses {
            let server = ScriptedSMTPServer()
            let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
            #expect(connection.send(sender: address, recipient: address, body: smallBody).isAccepted)
            connection.hangUp()
            server.stop()
            #expect(
                server.commands == [
                    "EHLO gw.example.com", "MAIL FROM:<\(address)> SIZE=\(smallBody.count)",
                    "RCPT TO:<\(address)>",
                    "DATA", "QUIT",
                ])
        }
    }

    @Test("settings cannot carry commands either")
    func settings() throws {
        for helo in ["", "gw example", "gw\r\nRCPT", "gw/../x", "gw%0d%0aX", "gw?x", "[", "gw@x", "gé"] {
            #expect(throws: SMTPEndpointError.helo) {
                try SMTPEndpoint(host: "h", port: 25, encryption: .off, helo: helo)
            }
        }
        for host in ["", "a b", "h/x", "u@h", "h:25/x", "[::1]", "h#", "h\r\n"] {
            #expect(throws: SMTPEndpointError.host) {
                try SMTPEndpoint(host: host, port: 25, encryption: .off, helo: "gw")
            }
        }
        for port in [0, -1, 65_536] {
            #expect(throws: SMTPEndpointError.port) {
                try SMTPEndpoint(host: "h", port: port, encryption: .off, helo: "gw")
            }
        }
        for (name, word) in [("", "p"), ("u", ""), ("u\0", "p"), ("u", "p\0")] {
            #expect(throws: SMTPEndpointError.credentials) {
                try SMTPEndpoint(
                    host: "h", port: 25, encryption: .off, helo: "gw",
                    credentials: SMTPCredentials(username: name, password: word))
            }
        }
        let server = ScriptedSMTPServer()
        let literal = try SMTPEndpoint(
            host: "127.0.0.1", port: server.port, encryption: .off, helo: "[IPv6:2001:db8::1]")
        #expect(SMTPConnection(endpoint: literal).send().isAccepted)
        server.stop()
        #expect(server.commands.first == "EHLO [IPv6:2001:db8::1]")
    }
}
