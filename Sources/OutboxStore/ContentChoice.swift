// Which of its channels a message takes, as the gate decided it.

import Consent

struct ContentChoice {
    let content: MessageContent
    /// What follows when this one is refused, in order.
    var later: [MessageContent]
    let decision: GateDecision
    /// Why nothing is sent by it; nil when it may go.
    let block: BlockReason?
}
