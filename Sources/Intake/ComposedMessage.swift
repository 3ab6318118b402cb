// A checked request, composed for every channel that it may take.

import Composer
import Domain
import OutboxStore

package struct ComposedMessage: Sendable {
    package let dealership: Dealership
    package let request: MessageRequest
    package let kind: MessageKind
    package let email: ComposedEmail?
    package let sms: ComposedSMS?
    /// What is stored, in the order of preference; at least one.
    let contents: [MessageContent]
    let id: MessageID
    let templateDigest: [UInt8]
    let timing: MessageTiming
}
