// What relays and mailbox providers really say, and what the shipped rules make of it. Every rule is reached by at least one of
// these replies: a rule that another one in front of it hides is dead.

import Delivery
import Testing

@Suite("The shipped rules against real replies")
struct RealRepliesTests {
    struct Row: Sendable {
        let provider: String
        let phase: RefusalPhase
        let reply: String
        let refusal: RefusalClass
        let action: RefusalAction

        init(
            _ provider: String, _ phase: RefusalPhase, _ reply: String, _ refusal: RefusalClass,
            _ action: RefusalAction
        ) {
            self.provider = provider
            self.phase = phase
            self.reply = reply
            self.refusal = refusal
            self.action = action
        }

        var evidence: HandoverEvidence { .refusal(phase, reply) }
    }

    static let gmail = "smtp-relay.gmail.com"
    static let outlook = "example-lu.mail.protection.outlook.com"
    static let ses = "email-smtp.eu-west-1.amazonaws.com"
    static let yahoo = "mta5.am0.yahoodns.net"
    static let orange = "smtp-in.orange.fr"
    static let ovh = "ssl0.ovh.net"
    static let relay = "mail.example.lu"

    static let google = [
        Row(
            gmail, .rcpt,
            """
            550-5.1.1 The email account that you tried to reach does not exist. Please try
            550-5.1.1 double-checking the recipient's email address for typos or
            550 5.1.1 unnecessary spaces. https://support.google.com/mail/?p=NoSuchUser a1 - gsmtp
            """, .recipient, .fail),
        Row(
            gmail, .rcpt, "550 5.2.1 The email account that you tried to reach is disabled.", .mailbox, .fail),
        Row(
            gmail, .rcpt,
            "452-4.2.2 The email account that you tried to reach is over\n452 4.2.2 quota. Please direct the recipient",
            .mailbox, .retry),
        Row(
            gmail, .rcpt,
            "552-5.2.2 The email account that you tried to reach is over quota\n552 5.2.2 and inactive.",
            .mailbox, .fail),
        Row(
            gmail, .rcpt,
            "450 4.2.1 The user you are trying to contact is receiving email at a rate that prevents",
            .temporary, .retry),
        Row(
            gmail, .ended,
            "550-5.7.26 Your email has been blocked because the sender is unauthenticated.\n550 5.7.26 Gmail requires",
            .policy, .next),
        Row(
            gmail, .ended,
            "550-5.7.1 [192.0.2.1] Our system has detected that this message is\n550 5.7.1 likely unsolicited mail.",
            .content, .fail),
        Row(
            gmail, .ended,
            "552 5.7.0 This message was blocked because its content presents a potential security issue",
            .content, .fail),
        Row(
            gmail, .ended, "552 5.3.4 Your message exceeded Google's message size limits.", .content, .fail),
        Row(gmail, .ended, "421 4.7.28 Gmail has detected an unusual rate of email", .throttle, .slow),
        Row(gmail, .ended, "421-4.7.26 This mail has been rate limited because it is", .throttle, .slow),
        Row(gmail, .mail, "550 5.4.5 Daily user sending limit exceeded.", .throttle, .next),
        Row(gmail, .login, "535-5.7.8 Username and Password not accepted.", .configuration, .stop),
        Row(
            gmail, .login, "454 4.7.0 Too many login attempts, please try again later.", .configuration, .slow
        ),
        Row(gmail, .mail, "530 5.7.0 Must issue a STARTTLS command first", .configuration, .stop),
        Row(gmail, .mail, "451 4.3.0 Mail server temporarily rejected message.", .temporary, .retry),
    ]

    static let microsoft = [
        Row(
            outlook, .rcpt, "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", .recipient,
            .fail),
        Row(
            relay, .rcpt, "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", .refused,
            .next),
        Row(
            outlook, .rcpt, "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)",
            .recipient, .fail),
        Row(
            outlook, .ended, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", .recipient,
            .fail),
        Row(outlook, .ended, "552 5.2.2 STOREDRV.Deliver; mailbox full", .mailbox, .fail),
        Row(outlook, .ended, "550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large", .content, .fail),
        Row(
            outlook, .ended,
            "550 5.7.515 Access denied, sending domain example.lu does not meet the required authentication level",
            .policy, .next),
        Row(
            outlook, .mail,
            "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. part of their network is on our block list (S3140)",
            .policy, .next),
        Row(
            outlook, .rcpt, "550 5.7.606 Access denied, banned sending IP [192.0.2.1]", .policy, .next),
        Row(
            outlook, .mail,
            "451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation. (S775)",
            .throttle, .slow),
        Row(outlook, .rcpt, "451 4.7.500 Server busy. Please try again later (S77714)", .policy, .slow),
        Row(
            "smtp.office365.com", .login,
            "550 5.7.30 Basic authentication is not supported for Client Submission.",
            .configuration, .stop),
        Row(
            "smtp.office365.com", .login,
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled",
            .configuration, .stop),
        Row(
            "smtp.office365.com", .ended,
            "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", .throttle, .slow),
        Row(
            "smtp.office365.com", .ended,
            "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied",
            .sender, .next),
        Row(
            "smtp.office365.com", .mail,
            "550 5.7.60 SMTP; Client does not have permissions to send as this sender", .sender, .next),
        Row(outlook, .rcpt, "501 5.1.8 Access denied, bad outbound sender AS(42003)", .sender, .next),
        Row(
            outlook, .rcpt, "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
            .configuration, .stop),
        Row(
            outlook, .ended,
            "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction",
            .policy, .next),
    ]

    static let otherMailboxes = [
        Row(
            yahoo, .ended,
            "554 5.7.9 Message not accepted for policy reasons. See https://senders.yahooinc.com",
            .policy, .next),
        Row(
            yahoo, .rcpt,
            "554 delivery error: dd This user doesn't have a yahoo.com account (zoe@yahoo.com) [0] - mta",
            .recipient, .fail),
        Row(yahoo, .rcpt, "552 1 Requested mail action aborted, mailbox not found", .recipient, .fail),
        Row(
            yahoo, .mail,
            "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints",
            .throttle, .slow),
        Row(yahoo, .mail, "451 4.7.1 [TSS09] All messages deferred", .throttle, .slow),
        Row(yahoo, .mail, "553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.1", .policy, .next),
        Row(
            yahoo, .mail, "451 Resources temporarily not available - Please try again later", .temporary,
            .retry),
        Row(
            orange, .rcpt, "552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR_417", .mailbox,
            .fail),
        Row(
            orange, .rcpt, "550 5.1.1 Adresse d au moins un destinataire invalide. OFR_416", .recipient, .fail
        ),
        Row(orange, .rcpt, "550 Adresse invalide LPN_416", .recipient, .fail),
        Row(orange, .hello, "421 smtp.orange.fr Service refuse. OFR_104", .throttle, .slow),
        Row(orange, .ended, "550 5.7.1 Mail refuse OFR_506", .content, .fail),
        Row(ovh, .login, "535 5.7.1 Authentication failed", .configuration, .stop),
        Row(
            ovh, .rcpt,
            "553 5.7.1 <garage@example.lu>: Sender address rejected: not owned by user x@example.lu",
            .sender, .next),
        Row(ovh, .rcpt, "451 4.7.1 Greylisting in action, please come back later", .greylisting, .retrySoon),
    ]

    static let relays = [
        Row(
            relay, .rcpt,
            "550 5.1.1 <a@b.lu>: Recipient address rejected: User unknown in local recipient table",
            .recipient, .fail),
        Row(
            relay, .rcpt,
            "550 5.1.1 <a@b.lu>: Recipient address rejected: undeliverable address: host mx.b.lu said: 554 5.7.1 Relay access denied",
            .recipient, .fail),
        Row(
            relay, .rcpt,
            "450 4.1.1 <a@b.lu>: Recipient address rejected: unverified address: 421 too many connections",
            .temporary, .retry),
        Row(relay, .rcpt, "554 5.7.1 <a@b.lu>: Relay access denied", .configuration, .stop),
        Row(relay, .rcpt, "454 4.7.1 <a@b.lu>: Relay access denied", .configuration, .slow),
        Row(
            relay, .rcpt, "504 5.5.2 <gw>: Helo command rejected: need fully-qualified hostname",
            .configuration, .stop),
        Row(relay, .mail, "550 5.7.1 Authentication required", .configuration, .stop),
        Row(relay, .mail, "550 5.7.8 Authentication credentials invalid", .configuration, .stop),
        Row(
            relay, .rcpt,
            "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", .policy,
            .next),
        Row(relay, .hello, "554 5.7.1 You are not allowed to connect", .policy, .next),
        Row(relay, .hello, "554 192.0.2.1 is listed at Spamhaus", .policy, .next),
        Row(relay, .hello, "554 no SMTP service here", .connection, .next),
        Row(relay, .hello, "450 4.3.2 please come again", .temporary, .slow),
        Row(relay, .hello, "450 not now", .connection, .slow),
        Row(relay, .hello, "421 mx.example.lu: Too many concurrent SMTP connections", .throttle, .slow),
        Row(relay, .startTLS, "454 4.7.0 TLS not available due to local problem", .connection, .slow),
        Row(relay, .startTLS, "501 no", .configuration, .stop),
        Row(relay, .mail, "452 4.3.1 Insufficient system storage", .temporary, .slow),
        Row(relay, .mail, "552 5.3.4 Message size exceeds fixed limit", .content, .fail),
        Row(relay, .mail, "552 Message size exceeds maximum permitted", .content, .fail),
        Row(relay, .ended, "550 5.7.1 Rejected as spam", .content, .fail),
        Row(relay, .ended, "554 5.6.0 Message contains invalid header", .content, .fail),
        Row(
            relay, .rcpt,
            "450 4.2.0 <a@b.lu>: Recipient address rejected: Greylisted, see http://postgrey.example",
            .greylisting, .retrySoon),
        Row(relay, .rcpt, "450 4.7.1 please try again in 300 seconds", .greylisting, .retrySoon),
        Row(relay, .ended, "451 4.7.1 something about us", .policy, .slow),
        Row(relay, .rcpt, "452 mailbox is full", .mailbox, .retry),
        Row(relay, .rcpt, "450 4.2.2 try later", .mailbox, .retry),
        Row(
            relay, .rcpt, "450 4.1.8 <g@x.lu>: Sender address rejected: Domain not found", .temporary, .retry),
        Row(relay, .mail, "550 5.1.8 who are you", .sender, .next),
        Row(relay, .mail, "553 sorry, that address is not in my list", .sender, .next),
        // Exim.
        Row(relay, .rcpt, "550 Unrouteable address", .recipient, .fail),
        Row(relay, .rcpt, "550 relay not permitted", .configuration, .stop),
        Row(
            relay, .rcpt,
            "550-Verification failed for <garage@example.lu>\n550-Unrouteable address\n550 Sender verify failed",
            .sender, .next),
        Row(relay, .ended, "451 Temporary local problem - please try later", .temporary, .retry),
        Row(relay, .ended, "550 Administrative prohibition", .refused, .fail),
        Row(relay, .rcpt, "550 Requested action not taken: mailbox unavailable", .refused, .fail),
        Row(relay, .data, "554 5.5.1 Error: no valid recipients", .protocolError, .next),
        Row(relay, .mail, "501 syntax error in parameters", .protocolError, .next),
        Row(relay, .ended, "554 5.3.0 mail system failure", .refused, .next),
        // Senders' services.
        Row(
            ses, .ended,
            "554 Message rejected: Email address is not verified. The following identities failed", .sender,
            .next),
        Row(ses, .ended, "454 Throttling failure: Daily message quota exceeded.", .throttle, .slow),
        Row(ses, .login, "535 Authentication Credentials Invalid", .configuration, .stop),
        Row(
            "smtp.sendgrid.net", .ended, "550 The from address does not match a verified Sender Identity.",
            .sender,
            .next),
    ]

    static let all = google + microsoft + otherMailboxes + relays

    @Test("each reply has its class and action", arguments: all)
    func classify(row: Row) {
        let verdict = SMTPOutcomeRule.verdict(for: row.evidence, provider: row.provider)
        #expect(verdict.refusal == row.refusal, "\(row.reply)")
        #expect(verdict.action == row.action, "\(row.reply)")
        #expect(verdict.isConfiguration == (row.action == .stop))
        #expect(verdict.isRecipientFault == (row.refusal == .recipient))
    }

    @Test("every rule is reached, and says where its meaning is written")
    func everyRuleIsReached() {
        let rules = ReplyRules.shipped.rules
        let reached = Self.all.compactMap { ReplyRules.shipped.rule(for: $0.evidence, provider: $0.provider) }
        for (index, rule) in rules.enumerated() {
            #expect(reached.contains { $0 == rule }, "rule \(index), of \(rule.refusal), from \(rule.source)")
            #expect(rule.source.count > 3)
            #expect(rules.firstIndex(of: rule) == index, "rule \(index) stands twice")
        }
        #expect(reached.count == Self.all.count, "no reply is left to the frame's defaults")
    }

    @Test("what an address is called decides nothing, and neither does a line's end")
    func addresses() {
        for name in ["over quota@b.lu", "greylisted@b.lu", "<user.unknown.spamhaus@blacklist.example>:"] {
            let verdict = SMTPOutcomeRule.verdict(
                for: .refusal(.rcpt, "550 \(name.split(separator: " ").last!) no"))
            #expect(verdict.refusal == .refused, "\(name)")
        }
        let joined = SMTPOutcomeRule.verdict(for: .refusal(.rcpt, "550-5.0.0 No such\n550 5.0.0 USER here"))
        #expect(joined.refusal == .recipient)
    }

    @Test("a provider's rule is for its hosts and no other's")
    func providers() {
        let reply = "550 5.4.1 Recipient address rejected: Access denied"
        for (host, isRecipient) in [
            ("a.outlook.com", true), ("OUTLOOK.com", true), ("notoutlook.com", false),
            ("outlook.com.example", false), ("", false),
        ] {
            let verdict = SMTPOutcomeRule.verdict(for: .refusal(.rcpt, reply), provider: host)
            #expect(verdict.isRecipientFault == isRecipient, "\(host)")
        }
    }
}

extension HandoverEvidence {
    /// A hand-over that ended with this reply at this moment.
    static func refusal(_ phase: RefusalPhase, _ reply: String) -> HandoverEvidence {
        let (reached, fault): (HandoverPhase, HandoverFault?) =
            switch phase {
            case .hello: (.hello, .protocolViolation)
            case .startTLS: (.hello, .startTLSMissing)
            case .login: (.hello, .loginRefused)
            case .mail: (.mail, .closed)
            case .rcpt: (.rcpt, .closed)
            case .data: (.data, .closed)
            case .ended: (.ended, .protocolViolation)
            }
        return HandoverEvidence(
            phase: reached, reply: SMTPReply(code: Int(reply.prefix(3)) ?? 0, text: reply), fault: fault)
    }
}
