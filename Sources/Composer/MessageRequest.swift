// One message as a caller asked for it, read and checked, before the gate and the words: what Intake hands to the composer.

import Domain
import JSON

package struct MessageRequest: Sendable {
    package var template: String
    /// In order of preference, each once; nil for the first that the kind has.
    package var channels: [Channel]?
    package var recipient: Recipient
    package var advisor: Advisor?
    package var intervention: Intervention?
    /// Free fields for the template, as `data.…`; an object.
    package var data: JSONValue
    package var timing: MessageTiming

    package init(
        template: String, channels: [Channel]? = nil, recipient: Recipient, advisor: Advisor?,
        intervention: Intervention?,
        data: JSONValue,
        timing: MessageTiming = MessageTiming()
    ) {
        self.template = template
        self.channels = channels
        self.recipient = recipient
        self.advisor = advisor
        self.intervention = intervention
        self.data = data
        self.timing = timing
    }
}
