// What an import may say of a person, without saying of whom and when. An import adds blocks and consents and never ends a block
// (contract, section 6): the events that would are refused where they are read.

import Consent
import Domain
import OutboxStore

package struct ImportStatement: Sendable, Equatable {
    package let event: LedgerEvent
    package let scope: Scope
    package let channel: Channel?
    /// The text that a consent was given to.
    package let notice: Notice?
    let noticeDigest: [UInt8]?

    /// Refuses what an import cannot say.
    ///
    /// - Parameters:
    ///   - scope: may be left out where the event has only one.
    ///   - purposes: those that messages have; an objection to any other would stand and stop nothing.
    package init(
        event: LedgerEvent, scope: Scope?, channel: Channel?, notice: Notice?, purposes: PurposeTable
    ) throws(ValueError) {
        switch event {
        case .lifted, .unrestricted, .rectified, .erased:
            throw ValueError("\(event.rawValue) is not imported: an import never ends a block")
        case .requested:
            throw ValueError(
                "requested is not imported: a double opt-in that was not confirmed is no consent")
        case .objected, .withdrawn, .refused, .complained, .misdirected, .restricted, .bounced, .given,
            .softOptIn:
            break
        }
        guard let scope = scope ?? event.onlyScope else {
            throw ValueError("\(event.rawValue) needs a scope: marketing, channel, all, or a purpose")
        }
        if case .purpose(let purpose) = scope, purposes[purpose] == nil {
            throw ValueError(
                "the scope must be marketing, channel, all, or one of: \(purposes.names.joined(separator: ", "))"
            )
        }
        if event == .softOptIn, notice == nil {
            throw ValueError("soft-opt-in needs the notice that was shown")
        }
        self.event = event
        self.scope = scope
        self.channel = channel
        self.notice = notice
        noticeDigest = notice?.digest
    }
}
