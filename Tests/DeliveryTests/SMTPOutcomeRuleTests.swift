// The contract's outcome rule, whole: every phase against every kind of reply and fault.

import Delivery
import Testing

@Suite("Outcome by phase")
struct SMTPOutcomeRuleTests {
    private func reply(_ line: String) -> SMTPReply {
        SMTPReply(code: Int(line.prefix(3)) ?? 0, text: line)
    }

    @Test("ended: the final reply decides, and nothing else does")
    func ended() {
        let table: [(String?, Outcome, String)] = [
            ("250 2.0.0 ok", .accepted, "2.0.0"), ("250 ok", .accepted, "250"),
            ("251 moved", .accepted, "251"),
            ("252 maybe", .accepted, "252"), ("299 x", .accepted, "299"), ("421 closing", .deferred, "421"),
            ("450 4.2.1 later", .deferred, "4.2.1"), ("552 5.2.2 full", .rejected, "5.2.2"),
            ("550 4.2.1 contradiction", .rejected, "550"), ("354 again?", .unknown, "closed"),
            ("199 x", .unknown, "closed"), ("600 x", .unknown, "closed"), ("000 x", .unknown, "closed"),
            (nil, .unknown, "closed"),
        ]
        for (line, outcome, status) in table {
            for fault in [HandoverFault.closed] {
                let verdict = SMTPOutcomeRule.verdict(
                    for: HandoverEvidence(phase: .ended, reply: line.map(reply), fault: fault))
                #expect(verdict.outcome == outcome, "\(line ?? "nothing")")
                #expect(verdict.status == status)
                #expect(!verdict.isProviderFault && !verdict.isConfiguration)
            }
        }
    }

    @Test("ended without a final reply is unknown, whatever broke", arguments: HandoverFault.allCases)
    func lost(fault: HandoverFault) {
        let verdict = SMTPOutcomeRule.verdict(for: HandoverEvidence(phase: .ended, fault: fault))
        #expect(verdict == Verdict(outcome: .unknown, status: fault.rawValue))
    }

    @Test(
        "not ended: a reply to MAIL, RCPT or DATA decides",
        arguments: [HandoverPhase.mail, .rcpt, .data])
    func commands(phase: HandoverPhase) {
        let table: [(String, Outcome, String, Bool)] = [
            ("550 5.1.1 no", .rejected, "5.1.1", false), ("450 no", .deferred, "450", false),
            ("421 4.3.2 closing", .deferred, "4.3.2", false), ("250 ok", .deferred, "closed", true),
            ("354 go", .deferred, "closed", true), ("700 x", .deferred, "closed", true),
        ]
        for (line, outcome, status, isProviderFault) in table {
            let verdict = SMTPOutcomeRule.verdict(
                for: HandoverEvidence(phase: phase, reply: reply(line), fault: .closed))
            #expect(verdict.outcome == outcome, "\(line)")
            #expect(verdict.status == status, "\(line)")
            #expect(verdict.isProviderFault == isProviderFault, "\(line)")
            #expect(!verdict.isConfiguration)
        }
    }

    @Test(
        "before MAIL, and in the middle of the content, the provider is charged",
        arguments: [HandoverPhase.connect, .hello, .body])
    func provider(phase: HandoverPhase) {
        for fault in [HandoverFault.closed, .timedOut, .notResolved, .notConnected, .protocolViolation] {
            let verdict = SMTPOutcomeRule.verdict(for: HandoverEvidence(phase: phase, fault: fault))
            #expect(
                verdict
                    == Verdict(
                        outcome: .deferred, status: fault.rawValue, isProviderFault: true,
                        refusal: .connection, action: .next))
        }
        for line in ["421 busy", "450 x", "554 5.7.1 go away"] {
            let verdict = SMTPOutcomeRule.verdict(
                for: HandoverEvidence(phase: phase, reply: reply(line), fault: .protocolViolation))
            #expect(verdict.outcome == .deferred && verdict.isProviderFault && !verdict.isConfiguration)
        }
    }

    @Test(
        "configuration stops the provider at any phase and keeps the message",
        arguments: HandoverPhase.allCases)
    func configuration(phase: HandoverPhase) {
        let lines = [
            "530 5.7.0 login first", "534 x", "535 5.7.8 no", "538 x", "550 5.7.8 x", "550 5.7.9 x",
            "550 5.7.11 x", "550 5.7.13 x",
        ]
        for line in lines {
            let verdict = SMTPOutcomeRule.verdict(
                for: HandoverEvidence(phase: phase, reply: reply(line), fault: .loginRefused))
            #expect(verdict.outcome == .deferred, "\(line)")
            #expect(verdict.isConfiguration && verdict.isProviderFault, "\(line)")
        }
    }

    @Test("login and STARTTLS: 5yz and silence are configuration, 4yz passes")
    func hello() {
        let table: [(HandoverFault, String?, String, Bool)] = [
            (.loginRefused, "550 5.7.30 basic authentication is not supported", "5.7.30", true),
            (.loginRefused, "454 4.7.0 later", "4.7.0", false), (.loginRefused, nil, "login", true),
            (.loginRefused, "250 AUTH CRAM-MD5", "login", true),
            (.startTLSMissing, "250 nothing", "starttls", true), (.startTLSMissing, "454 no", "454", false),
            (.startTLSMissing, "501 no", "501", true), (.certificate, "220 go", "certificate", true),
            (.handshake, nil, "tls", true), (.authenticationNotOffered, "250 x", "auth", true),
            (.protocolViolation, "220 go", "protocol", false), (.replyTooLong, nil, "oversize", false),
        ]
        for (fault, line, status, isConfiguration) in table {
            let verdict = SMTPOutcomeRule.verdict(
                for: HandoverEvidence(phase: .hello, reply: line.map(reply), fault: fault))
            #expect(verdict.outcome == .deferred && verdict.isProviderFault)
            #expect(verdict.status == status)
            #expect(verdict.isConfiguration == isConfiguration, "\(fault) \(line ?? "")")
        }
    }

    @Test("what this side refuses is not charged to the provider")
    func ownRefusals() {
        for (fault, outcome, refusal, action) in [
            (HandoverFault.content, Outcome.rejected, RefusalClass.content, RefusalAction.fail),
            (.address, .rejected, .content, .fail), (.withdrawn, .deferred, .withheld, .retry),
        ] {
            let verdict = SMTPOutcomeRule.verdict(for: HandoverEvidence(phase: .connect, fault: fault))
            #expect(
                verdict
                    == Verdict(outcome: outcome, status: fault.rawValue, refusal: refusal, action: action))
        }
    }

    @Test("accepted comes from a final 2yz after the last byte and from nothing else")
    func onlyAccepted() {
        for phase in HandoverPhase.allCases {
            for code in stride(from: 0, through: 990, by: 10) {
                for fault in [nil] + HandoverFault.allCases.map(Optional.some) {
                    let text = "\(code)"
                    let evidence = HandoverEvidence(
                        phase: phase, reply: SMTPReply(code: code, text: text), fault: fault)
                    let outcome = SMTPOutcomeRule.verdict(for: evidence).outcome
                    #expect((outcome == .accepted) == (phase == .ended && code / 100 == 2))
                    #expect(outcome != .unknown || phase == .ended)
                }
            }
        }
    }
}
