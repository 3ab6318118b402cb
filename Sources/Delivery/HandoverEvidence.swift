// All that is known of one hand-over when it is over: how far it came, what the server said *there*, and
// what broke. A reply is only ever the reply to the phase's own command, so a 250 of an earlier command
// cannot be mistaken for the answer to the message.

/// What happened on the wire during one hand-over.
package struct HandoverEvidence: Sendable, Equatable {
    /// How far the transaction came.
    package let phase: HandoverPhase
    /// The complete reply to the last command of ``phase``; nil if none came.
    ///
    /// In `ended` it is the reply to the content. A reply to an earlier command never stands here.
    package let reply: SMTPReply?
    /// What stopped it on this side of the wire; nil if nothing did.
    package let fault: HandoverFault?
    /// The library's own words for the log, without address, content or secret; nil if it had none.
    package let failure: String?

    /// Evidence of one hand-over.
    package init(
        phase: HandoverPhase, reply: SMTPReply? = nil, fault: HandoverFault? = nil, failure: String? = nil
    ) {
        self.phase = phase
        self.reply = reply
        self.fault = fault
        self.failure = failure
    }

    /// Whether the library had been given the last byte: the server may have the whole message.
    package var isEnded: Bool { phase == .ended }
}
