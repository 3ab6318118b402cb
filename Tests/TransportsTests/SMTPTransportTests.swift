// The SMTP transport: what comes back may be stored as it is.

import Curl
import Delivery
import Support
import Testing
import Transports

@Suite("SMTP transport")
struct SMTPTransportTests {
    private func report(_ step: ScriptedSMTPServer.Step, _ reply: String) throws -> AttemptReport {
        let server = ScriptedSMTPServer { at, _, _ in at == step ? .reply(reply) : nil }
        defer { server.stop() }
        let transport = SMTPTransport(
            name: "relay",
            endpoint: try SMTPEndpoint(
                host: "127.0.0.1", port: server.port, encryption: .off, helo: "gw.test"))
        let connection = transport.openConnection()
        defer { connection.hangUp() }
        #expect(transport.name == "relay")
        return connection.deliver(
            Handover(
                authorisation: try! .ofTest(), messageID: "msg_1", sender: "bounce@example.com",
                recipient: "Zoe.Weber@Example.lu",
                body: Array("Subject: x\r\n\r\nx\r\n".utf8)))
    }

    @Test("a refusal that echoes the recipient comes back without the recipient")
    func echo() throws {
        let report = try report(
            .rcpt,
            "550-5.1.1 The account zoe.weber@example.lu does not exist\r\n"
                + "550 5.1.1 <ZOE.WEBER@EXAMPLE.LU>: see https://x.test/?p=zoe.weber%40example.lu")
        #expect(
            report.verdict
                == Verdict(
                    outcome: .rejected, status: "5.1.1", replyCode: 550, refusal: .recipient, action: .fail))
        #expect(
            report.reply
                == "550-5.1.1 The account <recipient> does not exist 550 5.1.1 <recipient>: "
                + "see https://x.test/?p=<recipient>")
        #expect(!"\(report)".lowercased().contains("weber"))
    }

    @Test("the queue id of an accepted message is kept")
    func accepted() throws {
        let report = try report(.dot, "250 2.0.0 Ok: queued as 4XyZ")
        #expect(report.verdict == Verdict(outcome: .accepted, status: "2.0.0", replyCode: 250))
        #expect(report.reply == "250 2.0.0 Ok: queued as 4XyZ")
        #expect(report.failure == nil)
    }

    @Test("a long reply full of controls is kept short and clean")
    func hostile() throws {
        let report = try report(.dot, "550 5.6.0 \u{1B}]0;x\u{7}" + String(repeating: "long ", count: 900))
        #expect(report.reply?.unicodeScalars.count ?? 0 > 500)
        #expect(report.reply?.unicodeScalars.count ?? 999 <= 512)
        #expect(report.reply?.hasPrefix("550 5.6.0 ]0;x long long") == true)
    }
}
