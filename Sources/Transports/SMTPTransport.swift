// Hand-over by SMTP: a connection a thread, the outcome by the contract's rule, the reply made fit to keep.

import Curl
import Delivery
import Runtime

/// A provider that is spoken to by SMTP.
package struct SMTPTransport: Transport {
    package let name: String
    private let endpoint: SMTPEndpoint
    private let isAbandoned = Lock(false)

    /// The provider of this name at this endpoint.
    package init(name: String, endpoint: SMTPEndpoint) {
        self.name = name
        self.endpoint = endpoint
    }

    package func openConnection() -> any TransportConnection {
        SMTPTransportConnection(
            host: endpoint.host,
            connection: SMTPConnection(
                endpoint: endpoint, isAbandoned: { [isAbandoned] in isAbandoned.withLock { $0 } }))
    }

    package func abandon() { isAbandoned.withLock { $0 = true } }
}

private final class SMTPTransportConnection: TransportConnection {
    private let host: String
    private let connection: SMTPConnection

    init(host: String, connection: SMTPConnection) {
        self.host = host
        self.connection = connection
    }

    func deliver(_ handover: Handover, isStillAllowed: @escaping () -> Bool) -> AttemptReport {
        let evidence = connection.send(
            sender: handover.sender, recipient: handover.recipient, body: handover.body,
            isStillAllowed: isStillAllowed)
        return AttemptReport(
            verdict: SMTPOutcomeRule.verdict(for: evidence, provider: host),
            reply: evidence.reply.map { ReplyRedaction.storable($0.text, recipient: handover.recipient) },
            failure: evidence.failure.map { ReplyRedaction.storable($0, recipient: handover.recipient) })
    }

    func hangUp() {
        connection.hangUp()
    }
}
