// One SMTP connection to one endpoint, kept alive over many messages, owned by one thread. It blocks while it
// works: libcurl waits for the reply to the content in a blocking loop anyway, also on a multi handle.
//   - Exactly one recipient a transaction: libcurl does not tell which of several was refused.
//   - Addresses and content are looked at again right before libcurl, and refused before anything is opened.
//   - After a failure of the transport the handle is thrown away: the next message has a new connection.
//   - A kept-alive connection that the server had closed in the meantime costs the message nothing: if it was
//     lost before the server answered MAIL, or the answer was 421, the message is sent once more on a new
//     connection. Nothing of its content can have left by then.

import CCurl
import Delivery

/// A connection for one thread; not `Sendable` on purpose.
package final class SMTPConnection {
    private let endpoint: SMTPEndpoint
    private let dialogue: SMTPDialogue
    private var handle: SMTPHandle?
    private var messageCount = 0
    private var openedAt = ContinuousClock.now

    /// A connection that opens with the first message.
    /// - Parameter isAbandoned: Asked on the connection's thread, at least once a second while it waits; true ends every hand-over
    ///   at once with the fault `stopped`.
    package init(endpoint: SMTPEndpoint, isAbandoned: @escaping @Sendable () -> Bool = { false }) {
        self.endpoint = endpoint
        self.dialogue = SMTPDialogue(endpoint: endpoint, isAbandoned: isAbandoned)
    }

    /// Hands one message over and blocks until its end is known.
    /// - Parameters:
    ///   - sender: The return path, never empty.
    ///   - recipient: The one recipient.
    ///   - body: The complete message: lines ended by CR LF, not dot-stuffed.
    ///   - isStillAllowed: Asked in the last instant, before the first byte of content leaves; false
    ///     withdraws the message, and the server has not accepted it.
    /// - Returns: What happened; it never throws, because whatever happens is evidence.
    package func send(
        sender: String, recipient: String, body: [UInt8], isStillAllowed: @escaping () -> Bool = { true }
    ) -> HandoverEvidence {
        guard EnvelopeAddress.isSendable(sender), EnvelopeAddress.isSendable(recipient) else {
            return HandoverEvidence(phase: .connect, fault: .address)
        }
        guard MessageContent.isSendable(body) else {
            return HandoverEvidence(phase: .connect, fault: .content)
        }
        if messageCount >= endpoint.messagesPerConnection || .now - openedAt > endpoint.connectionLifetime {
            hangUp()
        }
        let (evidence, isStale) = transfer(sender, recipient, body, isStillAllowed)
        guard isStale else { return evidence }
        return transfer(sender, recipient, body, isStillAllowed).evidence
    }

    /// Ends the connection with QUIT, if one is open, without waiting for the answer.
    ///
    /// The next message opens another. Letting go of the connection does the same.
    package func hangUp() {
        handle = nil
        messageCount = 0
    }

    private func transfer(
        _ sender: String, _ recipient: String, _ body: [UInt8], _ isStillAllowed: @escaping () -> Bool
    ) -> (evidence: HandoverEvidence, isStale: Bool) {
        guard let handle = handle ?? SMTPHandle(endpoint: endpoint, dialogue: dialogue) else {
            return (HandoverEvidence(phase: .connect, fault: .library), false)
        }
        self.handle = handle
        let startedAt = ContinuousClock.now
        dialogue.begin(body: body, isStillAllowed: isStillAllowed)
        defer { dialogue.end() }
        guard
            let result = handle.perform(sender: sender, recipient: recipient, byteCount: body.count)
        else {
            hangUp()
            return (HandoverEvidence(phase: .connect, fault: .library), false)
        }
        let isReused = !handle.hasOpenedConnection
        if !isReused {
            messageCount = 0
            openedAt = startedAt
        }
        messageCount += 1
        let evidence = evidence(of: result, on: handle, isReused: isReused)
        if !canContinue(after: result, evidence) { hangUp() }
        return (evidence, isReused && Self.isLost(evidence))
    }

    private func evidence(
        of result: CURLcode, on handle: SMTPHandle, isReused: Bool
    ) -> HandoverEvidence {
        let explanation = result == CURLE_OK ? nil : handle.explanation(of: result)
        let fault = dialogue.fault ?? HandoverFault(result: result, explanation: explanation ?? "")
        // A server that accepts the connection and says nothing has been reached all the same.
        let isBeyondTCP = dialogue.phase == .connect && !isReused && handle.hasReachedServer
        return HandoverEvidence(
            phase: isBeyondTCP ? .hello : dialogue.phase, reply: dialogue.reply, fault: fault,
            failure: explanation)
    }

    /// Whether another message may follow on the connection: after success, and after a refused content.
    ///
    /// A refusal at the dot ends the transaction and nothing else. libcurl calls every final reply but 250
    /// weird.
    private func canContinue(after result: CURLcode, _ evidence: HandoverEvidence) -> Bool {
        if result == CURLE_OK { return true }
        guard result == CURLE_WEIRD_SERVER_REPLY, evidence.isEnded, let reply = evidence.reply else {
            return false
        }
        return reply.code != 421
    }

    /// Whether a kept-alive connection was gone before the transaction began.
    ///
    /// Timing out is another matter: the server is there and slow.
    private static func isLost(_ evidence: HandoverEvidence) -> Bool {
        guard evidence.phase <= .mail else { return false }
        if let reply = evidence.reply { return reply.code == 421 }
        return evidence.fault == .closed
    }
}
