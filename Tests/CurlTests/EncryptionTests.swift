// Required TLS is required: no stripping, no injection before the handshake, no certificate that is not good.

import Curl
import Delivery
import Foundation
import Support
import Testing

@Suite("Encryption")
struct EncryptionTests {
    private let credentials = SMTPCredentials(username: "relay-user", password: "s3cret-word")

    @Test(
        "STARTTLS stripped, refused, or followed by plain text: nothing is sent",
        arguments: [
            ("250-x\r\n250 AUTH PLAIN", "220 go", "starttls", true),
            ("250-x\r\n250 STARTTLS", "454 4.7.0 not now", "4.7.0", false),
            ("250-x\r\n250 STARTTLS", "501 no", "501", true),
            ("250-x\r\n250 STARTTLS", "220 go\r\n250-injected\r\n250 AUTH PLAIN", "protocol", false),
            ("500 what?", "220 go", "500", false), ("421 busy", "220 go", "421", false),
        ])
    func stripped(ehlo: String, startTLS: String, status: String, isConfiguration: Bool) throws {
        let server = ScriptedSMTPServer { step, _, _ in
            switch step {
            case .ehlo: .reply(ehlo)
            case .startTLS: .reply(startTLS)
            default: nil
            }
        }
        let connection = SMTPConnection(
            endpoint: try endpoint(port: server.port, encryption: .startTLS, credentials: credentials))
        let verdict = SMTPOutcomeRule.verdict(for: connection.send())
        server.stop()
        #expect(verdict.outcome == .deferred && verdict.isProviderFault)
        #expect(verdict.status == status)
        #expect(verdict.isConfiguration == isConfiguration)
        #expect(!server.commands.contains { !["EHLO gw.example.com", "STARTTLS", "QUIT"].contains($0) })
    }

    @Test("plain text on a TLS port is configuration, a connection that breaks off is not")
    func implicitWithoutTLS() throws {
        for (action, status) in [(ScriptedSMTPServer.Action.reply("220 plain"), "tls"), (.close, "closed")] {
            let server = ScriptedSMTPServer { step, _, _ in step == .connect ? action : nil }
            defer { server.stop() }
            let connection = SMTPConnection(endpoint: try endpoint(port: server.port, encryption: .implicit))
            let verdict = SMTPOutcomeRule.verdict(for: connection.send())
            #expect(verdict.status == status)
            #expect(verdict.isConfiguration == (status == "tls"))
        }
    }

    @Test(
        "a self-signed certificate is refused, and accepted with its CA file only",
        arguments: [
            ("implicit", SMTPEndpoint.Encryption.implicit), ("starttls", .startTLS),
        ])
    func certificates(mode: String, encryption: SMTPEndpoint.Encryption) throws {
        let folder = try TestFolder()
        let good = try Self.makeCertificate(in: folder, name: "good", alternative: "IP:127.0.0.1")
        let other = try Self.makeCertificate(in: folder, name: "other", alternative: "DNS:other.test")
        for (served, caFile, isGood) in [
            (good, nil, false), (good, good.certificate, true), (good, other.certificate, false),
            (other, other.certificate, false), (good, "/nonexistent.pem", false),
        ] {
            let server = try ServerProcess.tls(mode: mode, certificate: served.certificate, key: served.key)
            let connection = SMTPConnection(
                endpoint: try endpoint(
                    port: server.port, encryption: encryption, credentials: credentials, caFile: caFile))
            let evidence = connection.send()
            let verdict = SMTPOutcomeRule.verdict(for: evidence)
            if isGood {
                #expect(verdict.outcome == .accepted, "\(evidence)")
                #expect(evidence.reply?.text == "250 2.0.0 queued inside TLS")
                #expect(connection.send().isAccepted)
                // A new connection begins in clear text again, where AUTH is not offered yet.
                connection.hangUp()
                #expect(connection.send().isAccepted)
            } else {
                #expect(verdict.status == "certificate", "\(evidence)")
                #expect(verdict.outcome == .deferred && verdict.isConfiguration)
            }
            connection.hangUp()
        }
    }

    private static func makeCertificate(in folder: TestFolder, name: String, alternative: String) throws
        -> (certificate: String, key: String)
    {
        let paths = (certificate: "\(folder.path)/\(name).pem", key: "\(folder.path)/\(name).key")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=relais test",
            "-addext",
            "subjectAltName=\(alternative)", "-out", paths.certificate, "-keyout", paths.key,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return paths
    }
}
