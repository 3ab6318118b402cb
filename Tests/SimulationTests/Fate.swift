// What happens to one hand-over on the wire: how far it comes, what the provider says, and, which is what a gateway cannot always see,
// whether the provider has the message then.

import Delivery

enum Fate: CaseIterable {
    case acceptedAndTold
    case acceptedAndAnswerLost
    case lostWithTheAnswer
    case unreachable
    case busyAtTheGreeting
    case loginRefused
    case recipientDeferred
    case recipientRejected
    case brokenInTheBody
    case contentDeferred
    case contentRejected

    /// Whether the provider will deliver the message.
    var isTaken: Bool { self == .acceptedAndTold || self == .acceptedAndAnswerLost }

    /// What the contract says of it.
    var judgement: Judgement {
        switch self {
        case .acceptedAndTold: .accepted
        case .acceptedAndAnswerLost, .lostWithTheAnswer: .unknown
        case .unreachable, .busyAtTheGreeting, .brokenInTheBody: .deferredByProvider
        case .loginRefused: .configuration
        case .recipientDeferred, .contentDeferred: .deferred
        case .recipientRejected: .recipientRefused
        case .contentRejected: .rejected
        }
    }

    /// What the gateway sees of it.
    var evidence: HandoverEvidence {
        switch self {
        case .acceptedAndTold: HandoverEvidence(phase: .ended, reply: SMTPReply(code: 250, text: "250 ok"))
        case .acceptedAndAnswerLost: HandoverEvidence(phase: .ended, fault: .closed)
        case .lostWithTheAnswer: HandoverEvidence(phase: .ended, fault: .timedOut)
        case .unreachable: HandoverEvidence(phase: .connect, fault: .notConnected)
        case .busyAtTheGreeting:
            HandoverEvidence(phase: .hello, reply: SMTPReply(code: 421, text: "421 busy"), fault: .closed)
        case .loginRefused:
            HandoverEvidence(
                phase: .hello, reply: SMTPReply(code: 535, text: "535 5.7.8 no"), fault: .loginRefused)
        case .recipientDeferred:
            HandoverEvidence(phase: .rcpt, reply: SMTPReply(code: 450, text: "450 4.2.0 later"))
        case .recipientRejected:
            HandoverEvidence(phase: .rcpt, reply: SMTPReply(code: 550, text: "550 5.1.1 nobody"))
        case .brokenInTheBody: HandoverEvidence(phase: .body, fault: .closed)
        case .contentDeferred:
            HandoverEvidence(phase: .ended, reply: SMTPReply(code: 451, text: "451 4.3.0 later"))
        case .contentRejected:
            HandoverEvidence(phase: .ended, reply: SMTPReply(code: 554, text: "554 5.6.0 not like this"))
        }
    }

    /// Four of ten go well, because a message that never arrives shows little; of the rest, the lost answer is the one to study.
    static func draw(_ random: inout SeededRandom) -> Fate {
        switch random.number(0..<10) {
        case 0..<4: .acceptedAndTold
        case 4: random.pick([.acceptedAndAnswerLost, .lostWithTheAnswer])
        default: random.pick(allCases)
        }
    }
}
