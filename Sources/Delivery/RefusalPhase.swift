// The moment of a refusal as the rules name it. It is finer than `HandoverPhase` before MAIL, where a refused STARTTLS or AUTH means
// another thing than a refused greeting, and coarser where a refusal cannot be told apart.

/// Which command a refusal answered.
package enum RefusalPhase: String, Sendable, CaseIterable {
    /// The greeting, EHLO and HELO.
    case hello
    case startTLS = "starttls"
    case login
    case mail
    case rcpt
    case data
    case ended

    /// The phase of a hand-over that came this far.
    init(_ evidence: HandoverEvidence) {
        self =
            switch (evidence.phase, evidence.fault) {
            case (.connect, .startTLSMissing), (.hello, .startTLSMissing): .startTLS
            case (.connect, .loginRefused), (.hello, .loginRefused): .login
            case (.connect, _), (.hello, _): .hello
            case (.mail, _): .mail
            case (.rcpt, _): .rcpt
            case (.data, _), (.body, _): .data
            case (.ended, _): .ended
            }
    }

    /// The relay has taken up the message: its refusal may be the message's own.
    var isOfTransaction: Bool { ![.hello, .startTLS, .login].contains(self) }
    /// The relay has been told the recipient.
    var isAfterRecipient: Bool { [.rcpt, .data, .ended].contains(self) }
}
