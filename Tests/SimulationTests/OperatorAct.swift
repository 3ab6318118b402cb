// What an operator does to a message, with the states it is for (contract, section 4) and the command that the product knows it by.

import Delivery
import Domain
import OutboxStore

enum OperatorAct: CaseIterable {
    case cancel
    case hold
    case release
    case retry
    case resolveAccepted
    case resolveRejected
    case resolveRetry

    var states: [MessageState] {
        switch self {
        case .cancel: [.queued, .held]
        case .hold: [.queued]
        case .release: [.held]
        case .retry: [.failed, .expired, .cancelled, .blocked]
        case .resolveAccepted, .resolveRejected, .resolveRetry: [.unknown]
        }
    }

    func perform(on id: MessageID, _ store: OutboxStore) throws(StoreError) -> MessageRecord {
        switch self {
        case .cancel: try store.act(.cancel, on: id)
        case .hold: try store.act(.hold, on: id)
        case .release: try store.act(.release, on: id)
        case .retry: try store.act(.retry, on: id)
        case .resolveAccepted: try store.resolve(id, .accepted)
        case .resolveRejected: try store.resolve(id, .rejected)
        case .resolveRetry: try store.resolve(id, .retry)
        }
    }
}
