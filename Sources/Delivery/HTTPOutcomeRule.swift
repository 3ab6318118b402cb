// The contract's rule, section 4, for an HTTP request that got no whole answer: what has left entirely is `unknown`, whatever the connection
// died of, because the provider may have sent it; what has not is deferred and charged to the provider. An answer is judged by the
// provider's own rules (`Outbox/providers`).

package enum HTTPOutcomeRule {
    /// The judgement on a request without an answer.
    ///
    /// - Parameter hasLeft: all of the request is gone, or nobody can say that it is not.
    package static func verdict(withoutAnswer fault: HandoverFault, hasLeft: Bool) -> Verdict {
        guard !hasLeft else { return Verdict(outcome: .unknown, status: fault.rawValue) }
        switch fault {
        case .withdrawn, .stopped:
            return Verdict(
                outcome: .deferred, status: fault.rawValue, refusal: .withheld, action: .retry)
        case .handshake, .certificate:
            return Verdict(
                outcome: .deferred, status: fault.rawValue, isProviderFault: true, isConfiguration: true,
                refusal: .configuration, action: .stop)
        default:
            return Verdict(
                outcome: .deferred, status: fault.rawValue, isProviderFault: true, refusal: .connection,
                action: .next)
        }
    }
}
