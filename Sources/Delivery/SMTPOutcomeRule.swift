// The contract's rule, section 4 "Outcome of an attempt, by phase", for SMTP:
//   ended:      final 2yz → accepted (251 too), 4yz → deferred, 5yz → rejected, none → unknown
//   not ended:  a complete reply to *this* MAIL, RCPT or DATA decides (5yz → rejected, 4yz → deferred);
//               anything earlier, or no reply → deferred, charged to the provider
//   a reply that the rules call configuration, at any phase, stops the provider and keeps the message queued
// A reply of another class (1yz, 3yz, 6yz) says nothing about the message and counts as none. This is the frame: what a refusal is
// about and what follows is read from `Outbox/reply-rules.json`, and no rule can make a message accepted, unknown, or failed before
// its time. Where no rule fits, and where there is no reply, the defaults stand here.

/// Turns what happened on the wire into a judgement.
package enum SMTPOutcomeRule {
    /// The judgement on one hand-over; every evidence has one.
    /// - Parameter provider: the relay's host name.
    package static func verdict(
        for evidence: HandoverEvidence, provider: String = "", rules: ReplyRules = .shipped
    ) -> Verdict {
        if let reply = evidence.reply, [4, 5].contains(reply.digit) {
            return verdict(on: reply, evidence, rules.rule(for: evidence, provider: provider))
        }
        guard evidence.isEnded else { return verdict(withoutReply: evidence.fault) }
        if let reply = evidence.reply, reply.digit == 2 {
            return Verdict(outcome: .accepted, status: reply.status, replyCode: reply.code)
        }
        return Verdict(outcome: .unknown, status: status(of: evidence.fault))
    }

    private static func verdict(
        on reply: SMTPReply, _ evidence: HandoverEvidence, _ rule: ReplyRule?
    ) -> Verdict {
        let isRefused = reply.digit == 5
        let isOfMessage = RefusalPhase(evidence).isOfTransaction && evidence.phase != .body
        let refusal = rule?.refusal ?? (!isOfMessage ? .connection : isRefused ? .refused : .temporary)
        let action = rule?.action ?? (!isOfMessage ? .next : isRefused ? .fail : .retry)
        let isStop = action == .stop
        return Verdict(
            outcome: isRefused && isOfMessage && !isStop ? .rejected : .deferred, status: reply.status,
            replyCode: reply.code, isProviderFault: !isOfMessage || isStop, isConfiguration: isStop,
            refusal: refusal, action: action)
    }

    private static func verdict(withoutReply fault: HandoverFault?) -> Verdict {
        let status = status(of: fault)
        switch fault {
        case .content, .address:
            // Refused on this side: the same bytes would be refused again by every provider.
            return Verdict(outcome: .rejected, status: status, refusal: .content, action: .fail)
        case .withdrawn, .stopped:
            return Verdict(outcome: .deferred, status: status, refusal: .withheld, action: .retry)
        case .handshake, .certificate, .authenticationNotOffered, .startTLSMissing, .loginRefused:
            return Verdict(
                outcome: .deferred, status: status, isProviderFault: true, isConfiguration: true,
                refusal: .configuration, action: .stop)
        default:
            return Verdict(
                outcome: .deferred, status: status, isProviderFault: true, refusal: .connection, action: .next
            )
        }
    }

    private static func status(of fault: HandoverFault?) -> String { fault?.rawValue ?? "no-reply" }
}
