// The contract's rule, section 4 "Outcome of an attempt, by phase", for SMTP:
//   ended:      final 2yz → accepted (251 too), 4yz → deferred, 5yz → rejected, none → unknown
//   not ended:  a complete reply to *this* MAIL, RCPT or DATA decides (5yz → rejected, 4yz → deferred);
//               anything earlier, or no reply → deferred, charged to the provider
//   a reply that the rules call configuration, at any phase, stops the provider and keeps the message queued
// A reply of another class (1yz, 3yz, 6yz) says nothing about the message and counts as none.

/// Turns what happened on the wire into a judgement.
package enum SMTPOutcomeRule {
    /// The judgement on one hand-over; every evidence has one.
    package static func verdict(for evidence: HandoverEvidence) -> Verdict {
        if let reply = refusal(in: evidence), isConfiguration(reply, in: evidence) {
            return configuration(status: reply.status, replyCode: reply.code)
        }
        if evidence.isEnded { return verdictOnContent(evidence) }
        switch evidence.fault {
        case .content, .address:
            // Refused on this side: the same bytes would be refused again by every provider.
            return Verdict(outcome: .rejected, status: status(of: evidence.fault))
        case .withdrawn:
            return Verdict(outcome: .deferred, status: status(of: evidence.fault))
        case .handshake, .certificate, .authenticationNotOffered:
            return configuration(status: status(of: evidence.fault), replyCode: nil)
        case .startTLSMissing where refusal(in: evidence) == nil,
            .loginRefused where refusal(in: evidence) == nil:
            return configuration(status: status(of: evidence.fault), replyCode: nil)
        default:
            return verdictOnCommand(evidence)
        }
    }

    private static func verdictOnContent(_ evidence: HandoverEvidence) -> Verdict {
        guard let reply = evidence.reply, let outcome = outcomes[reply.digit] else {
            return Verdict(outcome: .unknown, status: status(of: evidence.fault))
        }
        return Verdict(outcome: outcome, status: reply.status, replyCode: reply.code)
    }

    private static func verdictOnCommand(_ evidence: HandoverEvidence) -> Verdict {
        guard let reply = refusal(in: evidence) else {
            return Verdict(
                outcome: .deferred, status: status(of: evidence.fault), isProviderFault: true)
        }
        guard (HandoverPhase.mail...HandoverPhase.data).contains(evidence.phase) else {
            return Verdict(
                outcome: .deferred, status: reply.status, replyCode: reply.code, isProviderFault: true)
        }
        return Verdict(
            outcome: reply.digit == 5 ? .rejected : .deferred, status: reply.status, replyCode: reply.code)
    }

    private static let outcomes: [Int: Outcome] = [2: .accepted, 4: .deferred, 5: .rejected]

    private static func refusal(in evidence: HandoverEvidence) -> SMTPReply? {
        guard let reply = evidence.reply, [4, 5].contains(reply.digit) else { return nil }
        return reply
    }

    private static func configuration(status: String, replyCode: Int?) -> Verdict {
        Verdict(
            outcome: .deferred, status: status, replyCode: replyCode, isProviderFault: true,
            isConfiguration: true)
    }

    private static func status(of fault: HandoverFault?) -> String { fault?.rawValue ?? "no-reply" }

    /// Whether a refusal asks for another setting.
    ///
    /// RFC 4954 section 6 and RFC 5248 name them for authentication (530, 534, 535, 538; 5.7.8, 5.7.9,
    /// 5.7.11, 5.7.13). During the greeting a refused STARTTLS or AUTH is one too, whatever its 5yz
    /// (Microsoft: 550 5.7.30). A 4yz never is: 454 passes by itself.
    private static func isConfiguration(_ reply: SMTPReply, in evidence: HandoverEvidence) -> Bool {
        guard reply.digit == 5 else { return false }
        if configurationCodes.contains(reply.code) { return true }
        if let status = reply.enhancedStatus, configurationStatuses.contains(status) { return true }
        return evidence.phase == .hello
            && (evidence.fault == .loginRefused || evidence.fault == .startTLSMissing)
    }

    private static let configurationCodes: Set<Int> = [530, 534, 535, 538]
    private static let configurationStatuses: Set<String> = ["5.7.8", "5.7.9", "5.7.11", "5.7.13"]
}
