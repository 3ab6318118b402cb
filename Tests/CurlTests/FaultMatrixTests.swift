// P4: every phase against every fault, through libcurl, with the outcome that the contract says. Once with
// Postfix's sink, once with our own server, which adds RST, silence and enhanced codes.

import Curl
import Delivery
import Support
import Testing

@Suite("P4: outcome by phase, on the wire")
struct FaultMatrixTests {
    enum Fault: String, CaseIterable, Sendable {
        case drop = "-q"
        case closing = "-Q"
        case soft = "-r"
        case hard = "-f"
    }

    /// The sink's name of the phase, and per fault the outcome, status and whether the provider is charged.
    static let table: [(String, [Fault: (Outcome, String, Bool)])] = [
        (
            "CONNECT",
            [
                .drop: (.deferred, "closed", true), .closing: (.deferred, "421", true),
                .soft: (.deferred, "4.3.0", true), .hard: (.deferred, "5.3.0", true),
            ]
        ),
        (
            // A refused EHLO makes libcurl say HELO, and then all goes well.
            "EHLO",
            [
                .drop: (.deferred, "closed", true), .closing: (.deferred, "closed", true),
                .soft: (.accepted, "2.0.0", false), .hard: (.accepted, "2.0.0", false),
            ]
        ),
        (
            "MAIL",
            [
                .drop: (.deferred, "closed", true), .closing: (.deferred, "421", false),
                .soft: (.deferred, "4.3.0", false), .hard: (.rejected, "5.3.0", false),
            ]
        ),
        (
            "RCPT",
            [
                .drop: (.deferred, "closed", true), .closing: (.deferred, "421", false),
                .soft: (.deferred, "4.3.0", false), .hard: (.rejected, "5.3.0", false),
            ]
        ),
        (
            "DATA",
            [
                .drop: (.deferred, "closed", true), .closing: (.deferred, "421", false),
                .soft: (.deferred, "4.3.0", false), .hard: (.rejected, "5.3.0", false),
            ]
        ),
        (
            ".",
            [
                .drop: (.unknown, "closed", false), .closing: (.deferred, "421", false),
                .soft: (.deferred, "4.3.0", false), .hard: (.rejected, "5.3.0", false),
            ]
        ),
    ]

    @Test("smtp-sink", arguments: table.map(\.0), Fault.allCases)
    func sink(phase: String, fault: Fault) throws {
        let expected = try #require(Self.table.first { $0.0 == phase }?.1[fault])
        let sink = try ServerProcess.sink([fault.rawValue, phase])
        let connection = SMTPConnection(endpoint: try endpoint(port: sink.port))
        // Twice: the second hand-over must not inherit anything of the first.
        for _ in 0..<2 {
            let evidence = connection.send()
            let verdict = SMTPOutcomeRule.verdict(for: evidence)
            #expect(verdict.outcome == expected.0, "\(evidence)")
            #expect(
                verdict.status == expected.1 || verdict.replyCode.map(String.init) == expected.1,
                "\(evidence)")
            #expect(verdict.isProviderFault == expected.2, "\(evidence)")
            #expect(!verdict.isConfiguration)
            #expect(
                (verdict.refusal == nil) == [.accepted, .unknown].contains(verdict.outcome), "\(verdict)")
        }
    }

    enum Wire: CaseIterable, Sendable {
        case drop
        case reset
        case stall
        case closing
        case soft
        case hard

        var action: ScriptedSMTPServer.Action {
            switch self {
            case .drop: .close
            case .reset: .reset
            case .stall: .stall
            case .closing: .replyAndClose("421 4.3.2 closing")
            case .soft: .reply("451-4.7.1 first\r\n451 4.7.1 second")
            case .hard: .reply("550-5.1.1 first\r\n550 5.1.1 second")
            }
        }
    }

    private typealias Step = ScriptedSMTPServer.Step
    private static let largeBody = body(ofSize: 10_000_000)

    @Test(
        "scripted server",
        arguments: [Step.connect, .ehlo, .mail, .rcpt, .data, .content, .dot], Wire.allCases)
    func scripted(step: ScriptedSMTPServer.Step, wire: Wire) throws {
        // libcurl does not read while it writes, so a reply in the middle of the content is never seen.
        if step == .content, [.soft, .hard].contains(wire) { return }
        let server = ScriptedSMTPServer { at, _, _ in at == step ? wire.action : nil }
        defer { server.stop() }
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
        // Larger than all buffers between here and there.
        let evidence = connection.send(step == .content ? Self.largeBody : smallBody)
        let verdict = SMTPOutcomeRule.verdict(for: evidence)
        let isCommand = [.mail, .rcpt, .data].contains(step)
        let expected: (Outcome, Bool) =
            switch (step, wire) {
            case (.ehlo, .soft), (.ehlo, .hard): (.accepted, false)
            case (.dot, .drop), (.dot, .reset), (.dot, .stall): (.unknown, false)
            case (.dot, .hard): (.rejected, false)
            case (.dot, _): (.deferred, false)
            case (_, .hard) where isCommand: (.rejected, false)
            case (_, .closing) where isCommand, (_, .soft) where isCommand: (.deferred, false)
            default: (.deferred, true)
            }
        #expect(verdict.outcome == expected.0, "\(evidence)")
        #expect(verdict.isProviderFault == expected.1, "\(evidence)")
        if step == .content { #expect(evidence.phase == .body, "the server must be seen to stop in time") }
        if wire == .hard, isCommand || step == .dot { #expect(verdict.status == "5.1.1") }
        if wire == .soft, isCommand || step == .dot { #expect(verdict.status == "4.7.1") }
    }

    @Test(
        "the dot: 251 and 252 are accepted, other classes tell nothing",
        arguments: [
            ("251 2.1.5 will forward", Outcome.accepted), ("252 x", .accepted), ("250-a\r\n250 b", .accepted),
            ("354 again", .unknown), ("199 x", .unknown), ("452 4.2.2 full", .deferred),
            ("554 5.6.0 bad", .rejected),
            ("535 5.7.8 log in", .deferred),
        ])
    func finalReplies(reply: String, outcome: Outcome) throws {
        let server = ScriptedSMTPServer { step, _, _ in step == .dot ? .reply(reply) : nil }
        defer { server.stop() }
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
        let verdict = SMTPOutcomeRule.verdict(for: connection.send())
        #expect(verdict.outcome == outcome)
        #expect(verdict.isConfiguration == reply.hasPrefix("535"))
        #expect(server.bodies == [smallBody])
    }

    @Test("a 250 of an earlier command, and the answer to QUIT, are never taken for the final reply")
    func strayReplies() throws {
        let server = ScriptedSMTPServer { step, _, _ in
            switch step {
            case .rcpt: .reply("550 5.1.1 no")
            case .quit: .reply("250 2.0.0 accepted, honestly")
            default: nil
            }
        }
        defer { server.stop() }
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
        let evidence = connection.send()
        #expect(evidence.phase == .rcpt)
        #expect(evidence.reply?.text == "550 5.1.1 no")
    }

    @Test("a reply longer than 64 KB is no reply", arguments: [Step.mail, .dot])
    func endlessReply(step: ScriptedSMTPServer.Step) throws {
        let line = "250-" + String(repeating: "x", count: 500) + "\r\n"
        let reply = String(repeating: line, count: 200) + "250 at last"
        let server = ScriptedSMTPServer { at, _, _ in at == step ? .reply(reply) : nil }
        defer { server.stop() }
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
        let verdict = SMTPOutcomeRule.verdict(for: connection.send())
        #expect(verdict.status == "oversize")
        #expect(verdict.outcome == (step == .dot ? .unknown : .deferred))
    }

    @Test(
        "one long line is cut by libcurl and still counts, an endless one breaks off",
        arguments: [Step.mail, .dot])
    func longLine(step: ScriptedSMTPServer.Step) throws {
        for (count, outcome) in [
            (20_000, Outcome.accepted), (1_000_000, step == .dot ? .unknown : .deferred),
        ] {
            let reply = "250 " + String(repeating: "x", count: count)
            let server = ScriptedSMTPServer { at, _, _ in at == step ? .reply(reply) : nil }
            defer { server.stop() }
            let connection = SMTPConnection(endpoint: try endpoint(port: server.port))
            let evidence = connection.send()
            #expect(SMTPOutcomeRule.verdict(for: evidence).outcome == outcome, "\(evidence)")
            #expect((evidence.reply?.text.utf8.count ?? 0) < SMTPReplyAssembler.byteLimit)
        }
    }

    @Test("a server that stops taking the content is given up after a block's patience, not after an hour")
    func stalledContent() throws {
        let server = ScriptedSMTPServer { at, _, _ in at == .content ? .stall : nil }
        defer { server.stop() }
        // Every other limit is far beyond the bound, so that only the block's patience can meet it.
        let timeouts = SMTPTimeouts(reply: .seconds(600), dataBlock: .seconds(1), overall: .seconds(3600))
        let connection = SMTPConnection(endpoint: try endpoint(port: server.port, timeouts: timeouts))
        let start = ContinuousClock.now
        let evidence = connection.send(Self.largeBody)
        #expect(evidence.phase == .body && evidence.fault == .timedOut)
        #expect(ContinuousClock.now - start < .seconds(300))
    }

    @Test("nobody there, and no such name")
    func nobody() throws {
        let port = LoopbackSocket.freePort()
        let refused = SMTPConnection(endpoint: try endpoint(port: port)).send()
        #expect(refused.phase == .connect)
        #expect(
            SMTPOutcomeRule.verdict(for: refused)
                == Verdict(
                    outcome: .deferred, status: "connect", isProviderFault: true, refusal: .connection,
                    action: .next))
        let unresolved = SMTPConnection(endpoint: try endpoint(port: 25, host: "relay.invalid")).send()
        #expect(SMTPOutcomeRule.verdict(for: unresolved).status == "resolve")
    }
}
