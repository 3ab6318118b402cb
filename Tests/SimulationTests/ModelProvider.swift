// A provider that knows what it really has: the truth that the store can only infer from answers. It writes a receipt for every
// copy that it takes, and remembers which of them the gateway was told of and wrote down in time.

import Domain

struct ModelProvider {
    /// The attempts that left a copy here, counted from 0, in the order they came.
    private(set) var receipts: [MessageID: [Int]] = [:]
    /// Messages whose acceptance the gateway has heard and settled.
    private(set) var told: Set<MessageID> = []

    mutating func take(_ id: MessageID, attempt: Int) { receipts[id, default: []].append(attempt) }

    mutating func noteTold(_ id: MessageID) { told.insert(id) }

    var secondCopies: Int { receipts.values.reduce(0) { $0 + $1.count - 1 } }
}
