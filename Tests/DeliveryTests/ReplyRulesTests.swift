// What no rule can do, shown with rules that say anything: the frame of the contract holds for every phase, reply and fault. And
// what a rules file may not say at all.

import Delivery
import JSON
import Support
import Testing

@Suite("Rules for refusals")
struct ReplyRulesTests {
    private static func rules(_ text: String) throws -> ReplyRules {
        try ReplyRules(JSONValue(parsing: Array("{ rules: [\(text)] }".utf8), syntax: .json5))
    }

    @Test(
        "a rule that says too much, or something unknown, is refused",
        arguments: [
            (#"codes: ["5yz"], class: "recipient", action: "fail""#, "phases"),
            (#"phases: ["mail"], codes: ["5yz"], class: "recipient", action: "fail""#, "phases"),
            (#"phases: ["hello", "rcpt"], codes: ["5yz"], class: "mailbox", action: "fail""#, "phases"),
            (#"codes: ["5yz"], class: "content", action: "fail""#, "phases"),
            (#"phases: ["login"], codes: ["4yz"], class: "temporary", action: "retry""#, "phases"),
            (#"phases: ["rcpt"], codes: ["4yz"], class: "temporary", action: "fail""#, "action"),
            (#"phases: ["rcpt"], codes: ["5yz"], class: "temporary", action: "retry""#, "action"),
            (#"codes: ["4yz"], class: "configuration", action: "stop""#, "action"),
            (#"codes: ["5yz"], class: "policy", action: "stop""#, "action"),
            (#"codes: ["5yz"], class: "configuration", action: "next""#, "action"),
            (#"phases: ["rcpt"], codes: ["5yz"], class: "recipient", action: "next""#, "action"),
            (#"phases: ["rcpt"], codes: ["5yz"], class: "content", action: "next""#, "action"),
            (#"class: "policy", action: "next""#, "codes"),
            (#"codes: ["450", "550"], class: "policy", action: "next""#, "codes"),
            (#"codes: ["250"], class: "policy", action: "next""#, "codes"),
            (#"codes: ["2yz"], class: "policy", action: "next""#, "codes"),
            (#"codes: ["5yz"], statuses: ["4.7.1"], class: "policy", action: "next""#, "statuses"),
            (#"codes: ["5yz"], statuses: ["x.7.1"], class: "policy", action: "next""#, "statuses"),
            (#"codes: ["5yz"], statuses: ["5.7"], class: "policy", action: "next""#, "statuses"),
            (#"codes: ["5yz"], texts: ["Blocked"], class: "policy", action: "next""#, "texts"),
            (#"codes: ["5yz"], texts: [""], class: "policy", action: "next""#, "texts"),
            (#"phases: ["body"], codes: ["5yz"], class: "policy", action: "next""#, "phases"),
            (#"codes: ["5yz"], class: "nice", action: "next""#, "class"),
            (#"codes: ["5yz"], class: "policy", action: "accept""#, "action"),
            (#"codes: ["5yz"], class: "policy", action: "next", outcome: "accepted""#, "outcome"),
        ])
    func refused(rule: String, member: String) throws {
        let problems = try #require(throws: JSONProblems.self) {
            try Self.rules("{ \(rule), source: \"test\" }")
        }
        #expect(problems.problems.map(\.pointer) == ["/rules/0/\(member)"], "\(problems)")
    }

    @Test("a rule without a source is refused")
    func source() {
        #expect(throws: JSONProblems.self) {
            try Self.rules(#"{ codes: ["5yz"], class: "policy", action: "next" }"#)
        }
    }

    /// Anything that can be written down and is not refused.
    private static func anyRules(_ random: inout SeededGenerator) throws -> ReplyRules {
        var texts: [String] = []
        while texts.count < 4 {
            let digit = Bool.random(using: &random) ? 4 : 5
            let phases = RefusalPhase.allCases.filter { _ in Bool.random(using: &random) }.map {
                "\"\($0.rawValue)\""
            }
            let refusal = RefusalClass.allCases.randomElement(using: &random)!.rawValue
            let action = RefusalAction.allCases.randomElement(using: &random)!.rawValue
            let text =
                "{ phases: [\(phases.joined(separator: ","))], codes: [\"\(digit)yz\"], class: \"\(refusal)\", "
                + "action: \"\(action)\", source: \"test\" }"
            if (try? rules(text)) != nil { texts.append(text) }
        }
        return try rules(texts.joined(separator: ","))
    }

    @Test("whatever the rules say, the frame holds", arguments: 0..<40)
    func frame(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed))
        let rules = seed == 0 ? ReplyRules.shipped : try Self.anyRules(&random)
        for phase in HandoverPhase.allCases {
            for fault in [nil] + HandoverFault.allCases.map(Optional.some) {
                for text in [
                    nil, "250 ok", "354 go", "421 x", "451 4.7.1 x", "450", "530 x", "550 5.1.1 x",
                    "552 5.2.2 x",
                    "554 5.7.1 x", "600", "000", "199 x",
                ] {
                    let reply = text.map { SMTPReply(code: Int($0.prefix(3)) ?? 0, text: $0) }
                    let evidence = HandoverEvidence(phase: phase, reply: reply, fault: fault)
                    Self.expectFrame(SMTPOutcomeRule.verdict(for: evidence, rules: rules), evidence)
                }
            }
        }
    }

    private static func expectFrame(_ verdict: Verdict, _ evidence: HandoverEvidence) {
        let digit = evidence.reply?.digit ?? 0
        let isOwn = [.content, .address].contains(evidence.fault)
        let comment: Comment = "\(evidence) \(verdict)"
        #expect((verdict.outcome == .accepted) == (evidence.isEnded && digit == 2), comment)
        #expect((verdict.outcome == .unknown) == (evidence.isEnded && ![2, 4, 5].contains(digit)), comment)
        if verdict.outcome == .rejected {
            let isAnswered = digit == 5 && (evidence.isEnded || (.mail ... .data).contains(evidence.phase))
            #expect(isAnswered || isOwn && digit != 4, comment)
            #expect(!verdict.isProviderFault && !verdict.isConfiguration, comment)
        }
        if evidence.isEnded || (.mail ... .data).contains(evidence.phase), digit == 5 {
            #expect(verdict.outcome == .rejected || verdict.isConfiguration, comment)
        }
        if verdict.isConfiguration { #expect(digit != 4 && verdict.outcome == .deferred, comment) }
        if verdict.isRecipientFault {
            #expect(digit == 5 && verdict.refusal == .recipient && !verdict.mayTryNextProvider, comment)
            #expect(evidence.phase >= .rcpt && evidence.phase != .body, comment)
        }
        if verdict.mayTryNextProvider {
            #expect([.deferred, .rejected].contains(verdict.outcome), comment)
        }
        let isDecided = [.deferred, .rejected].contains(verdict.outcome)
        #expect((verdict.refusal != nil) == isDecided && (verdict.action != nil) == isDecided, comment)
    }

    @Test("without a rule, the frame's defaults have a class and an action")
    func defaults() throws {
        let none = try Self.rules("")
        for (phase, reply, refusal, action) in [
            (RefusalPhase.hello, "554 x", RefusalClass.connection, RefusalAction.next),
            (.hello, "421 x", .connection, .next), (.rcpt, "450 x", .temporary, .retry),
            (.rcpt, "550 5.1.1 x", .refused, .fail), (.ended, "451 x", .temporary, .retry),
            (.ended, "554 x", .refused, .fail),
        ] {
            let verdict = SMTPOutcomeRule.verdict(for: .refusal(phase, reply), rules: none)
            #expect(verdict.refusal == refusal && verdict.action == action, "\(phase) \(reply)")
        }
    }

    @Test("every cell of phase and digit has a rule")
    func complete() {
        for phase in RefusalPhase.allCases {
            for code in 400...599 {
                #expect(ReplyRules.shipped.rule(for: .refusal(phase, "\(code) x")) != nil, "\(phase) \(code)")
            }
        }
    }

    @Test("known not accepted and not about the message: another provider may be asked")
    func nextProvider() {
        for fault in [
            HandoverFault.notResolved, .notConnected, .handshake, .certificate, .startTLSMissing,
            .authenticationNotOffered, .loginRefused, .timedOut, .closed,
        ] {
            for phase in [HandoverPhase.connect, .hello, .mail, .body] {
                let evidence = HandoverEvidence(phase: phase, fault: fault)
                #expect(SMTPOutcomeRule.verdict(for: evidence).mayTryNextProvider, "\(evidence)")
            }
            #expect(
                !SMTPOutcomeRule.verdict(for: HandoverEvidence(phase: .ended, fault: fault))
                    .mayTryNextProvider)
        }
        for fault in [HandoverFault.content, .address, .withdrawn] {
            #expect(
                !SMTPOutcomeRule.verdict(for: HandoverEvidence(phase: .connect, fault: fault))
                    .mayTryNextProvider)
        }
        for outcome in [Outcome.accepted, .unknown] {
            let verdict = Verdict(outcome: outcome, status: "x", isProviderFault: true, action: .next)
            #expect(!verdict.mayTryNextProvider, "it may have been sent")
        }
        for (reply, mayTry) in [
            ("421 closing", true), ("535 5.7.8 no", true), ("554 5.7.1 policy", true),
            ("550 5.1.1 no", false),
            ("550 5.2.2 full", false), ("450 4.2.0 later", false), ("552 5.3.4 size", false),
            ("250 ok", false),
        ] {
            #expect(
                SMTPOutcomeRule.verdict(for: .refusal(.ended, reply)).mayTryNextProvider == mayTry, "\(reply)"
            )
        }
    }
}
