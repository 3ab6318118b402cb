// Hand-over by HTTP to a provider of SMS: what is asked and what an answer means is the profile's, what no answer means is the contract's. A
// request leaves once; whether it arrived, when nothing came back, only a receipt or a person can say.

import Curl
import Delivery
import Domain
import Providers
import Runtime
import SMS

/// A provider that is spoken to as its profile says.
package struct SMSTransport: Transport {
    package let name: String
    private let account: ProviderAccount
    private let receiptURL: String?
    private let caFile: String?
    private let timeout: Duration
    private let clock: WallClock
    private let isAbandoned = Lock(false)

    /// - Parameters:
    ///   - receiptURL: where the provider sends receipts; nil when it cannot reach this gateway.
    ///   - caFile: the authorities that count instead of the system's.
    ///   - timeout: of a request with its answer.
    package init(
        name: String, account: ProviderAccount, receiptURL: String?, caFile: String? = nil,
        timeout: Duration = .seconds(30), clock: WallClock = .system
    ) {
        self.name = name
        self.account = account
        self.receiptURL = receiptURL
        self.caFile = caFile
        self.timeout = timeout
        self.clock = clock
    }

    package func openConnection() -> any TransportConnection {
        SMSConnection(
            account: account, receiptURL: receiptURL,
            connection: HTTPConnection(
                timeout: timeout, caFile: caFile,
                isAbandoned: { [isAbandoned] in isAbandoned.withLock { $0 } }),
            clock: clock)
    }

    package func abandon() { isAbandoned.withLock { $0 = true } }
}

private final class SMSConnection: TransportConnection {
    private let account: ProviderAccount
    private let receiptURL: String?
    private let connection: HTTPConnection
    private let clock: WallClock

    init(account: ProviderAccount, receiptURL: String?, connection: HTTPConnection, clock: WallClock) {
        self.account = account
        self.receiptURL = receiptURL
        self.connection = connection
        self.clock = clock
    }

    func deliver(_ handover: Handover, isStillAllowed: @escaping () -> Bool) -> AttemptReport {
        guard let reference = try? MessageID(handover.messageID),
            let text = String(validating: handover.body, as: UTF8.self)
        else {
            return AttemptReport(
                verdict: Verdict(
                    outcome: .rejected, status: HandoverFault.content.rawValue, refusal: .content,
                    action: .fail))
        }
        guard isStillAllowed() else {
            return report(HTTPEvidence(hasLeft: false, fault: .withdrawn), handover)
        }
        let now = clock.now()
        let request = account.request(
            for: SMSSubmission(
                reference: reference, sender: handover.sender, recipient: handover.recipient, text: text,
                encoding: SMSText(text).encoding == .gsm7 ? .gsm7 : .ucs2,
                validity: handover.expiresAt.map { max(.seconds(60), $0 - now) }, receiptURL: receiptURL),
            now: now)
        let call = HTTPCall(
            method: request.method, url: request.url, fields: request.fields, body: request.body)
        return report(connection.send(call), handover)
    }

    func hangUp() { connection.hangUp() }

    private func report(_ evidence: HTTPEvidence, _ handover: Handover) -> AttemptReport {
        guard let status = evidence.status else {
            return AttemptReport(
                verdict: HTTPOutcomeRule.verdict(
                    withoutAnswer: evidence.fault ?? .library, hasLeft: evidence.hasLeft),
                failure: evidence.failure.map {
                    ReplyRedaction.storable($0, recipient: handover.recipient)
                })
        }
        let answer = account.answer(
            status: status, retryAfter: evidence.retryAfter, body: evidence.body,
            recipient: handover.recipient)
        return AttemptReport(
            verdict: answer.verdict, reply: answer.reply, providerReference: answer.providerReference,
            segments: answer.segments)
    }
}
