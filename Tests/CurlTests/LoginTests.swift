// With credentials nothing leaves without a login, and the credentials leave no trace in the evidence.

import Curl
import Delivery
import Support
import Testing

@Suite("Login")
struct LoginTests {
    private let credentials = SMTPCredentials(username: "relay-user", password: "s3cret-word")

    private func send(
        _ script: @escaping ScriptedSMTPServer.Script, mechanism: SMTPCredentials.Mechanism = .plain
    )
        throws -> (HandoverEvidence, [String], [[UInt8]])
    {
        let server = ScriptedSMTPServer(script)
        let login = SMTPCredentials(username: "relay-user", password: "s3cret-word", mechanism: mechanism)
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port, credentials: login))
        let evidence = connection.send()
        connection.hangUp()
        server.stop()
        return (evidence, server.commands, server.bodies)
    }

    @Test(
        "a server that does not offer the mechanism gets nothing",
        arguments: [
            "250-x\r\n250 SIZE 1000000", "250 x", "250-x\r\n250 AUTH CRAM-MD5", "250-x\r\n250 AUTH",
            "250-x\r\n250 auth plain", "250-x\r\n250 AUTH plain", "250-x\r\n250 AUTH=PLAIN",
            "250-x\r\n250 XAUTH PLAIN",
            "250-AUTHPLAIN\r\n250 ok",
        ])
    func notOffered(ehlo: String) throws {
        let (evidence, commands, bodies) = try send { step, _, _ in step == .ehlo ? .reply(ehlo) : nil }
        let verdict = SMTPOutcomeRule.verdict(for: evidence)
        #expect(verdict.outcome == .deferred && verdict.isConfiguration && verdict.isProviderFault)
        #expect(verdict.status == "auth")
        #expect(!commands.contains { $0.hasPrefix("MAIL") || $0.hasPrefix("AUTH") })
        #expect(bodies.isEmpty)
    }

    @Test("a server that refuses EHLO gets nothing after HELO either")
    func helo() throws {
        let (evidence, commands, _) = try send { step, _, _ in step == .ehlo ? .reply("502 what?") : nil }
        #expect(SMTPOutcomeRule.verdict(for: evidence).isConfiguration)
        #expect(commands.prefix(2) == ["EHLO gw.example.com", "HELO gw.example.com"])
        #expect(!commands.contains { $0.hasPrefix("MAIL") })
    }

    @Test("logging in by PLAIN and LOGIN, once a connection")
    func offered() throws {
        for (mechanism, command) in [
            (SMTPCredentials.Mechanism.plain, "AUTH PLAIN AHJlbGF5LXVzZXIAczNjcmV0LXdvcmQ="),
            (.login, "AUTH LOGIN cmVsYXktdXNlcg=="),
        ] {
            let server = ScriptedSMTPServer { step, _, _ in
                step == .ehlo ? .reply("250-x\r\n250 AUTH LOGIN PLAIN") : nil
            }
            let login = SMTPCredentials(username: "relay-user", password: "s3cret-word", mechanism: mechanism)
            let connection = SMTPConnection(endpoint: try endpoint(port: server.port, credentials: login))
            let first = connection.send()
            #expect(first.isAccepted)
            #expect(connection.send().isAccepted)
            connection.hangUp()
            server.stop()
            #expect(server.connectionCount == 1)
            #expect(server.commands.filter { $0.hasPrefix("AUTH") } == [command])
        }
    }

    @Test(
        "a refused login stops the provider, a passing one does not",
        arguments: [
            ("535 5.7.8 Error: authentication failed", true), ("534 5.7.9 x", true),
            ("550 5.7.30 Basic authentication is not supported", true),
            ("454 4.7.0 Temporary failure", false),
            ("421 4.7.0 too many", false), ("504 5.5.4 mechanism", true),
        ])
    func refused(reply: String, isConfiguration: Bool) throws {
        let (evidence, commands, _) = try send { step, _, _ in
            switch step {
            case .ehlo: .reply("250-x\r\n250 AUTH PLAIN")
            case .auth: .reply(reply)
            default: nil
            }
        }
        let verdict = SMTPOutcomeRule.verdict(for: evidence)
        #expect(evidence.phase == .hello)
        #expect(verdict.outcome == .deferred && verdict.isProviderFault)
        #expect(verdict.isConfiguration == isConfiguration, "\(evidence)")
        #expect(!commands.contains { $0.hasPrefix("MAIL") })
        let dump = "\(evidence) \(credentials) \(String(reflecting: credentials))"
        for secret in ["s3cret", "relay-user", "AHJlbGF5", "czNjcmV0"] { #expect(!dump.contains(secret)) }
    }

    @Test("530 at MAIL without credentials stops the provider")
    func loginWanted() throws {
        let server = ScriptedSMTPServer { step, _, _ in
            step == .mail ? .reply("530 5.7.0 Authentication required") : nil
        }
        defer { server.stop() }
        let verdict = SMTPOutcomeRule.verdict(
            for: SMTPConnection(endpoint: try endpoint(port: server.port)).send())
        #expect(verdict.isConfiguration && verdict.outcome == .deferred)
    }
}
