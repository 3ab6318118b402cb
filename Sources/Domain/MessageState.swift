/// The states of a message (contract, section 4); which may follow which is in Delivery's transition table.
package enum MessageState: String, Codable, Sendable, CaseIterable {
    case queued
    case sending
    case unknown
    case held
    case sent
    case delivered
    case bounced
    case failed
    case expired
    case cancelled
    case blocked
}
