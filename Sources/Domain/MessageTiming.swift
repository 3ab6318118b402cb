// When a message may leave, when it must have left, and what it stands before in the line: `notBefore`, `deliverBy`, `priority` and
// `coalesceKey` of the contract.

package struct MessageTiming: Codable, Sendable, Hashable {
    package var notBefore: Timestamp?
    package var deliverBy: Timestamp?
    package var priority: Priority
    /// A newer message with the same key replaces the older one that still waits, per dealership and contact.
    package var coalesceKey: String?

    package init(
        notBefore: Timestamp? = nil, deliverBy: Timestamp? = nil, priority: Priority = .normal,
        coalesceKey: String? = nil
    ) {
        self.notBefore = notBefore
        self.deliverBy = deliverBy
        self.priority = priority
        self.coalesceKey = coalesceKey
    }

    /// The first moment that it may leave.
    package func start(createdAt: Timestamp) -> Timestamp { max(createdAt, notBefore ?? createdAt) }

    /// The end of trying: `deliverBy`, or the retry lifetime if that ends before.
    package func end(createdAt: Timestamp, lifetime: Duration) -> Timestamp {
        let end = start(createdAt: createdAt) + lifetime
        return deliverBy.map { min($0, end) } ?? end
    }
}
