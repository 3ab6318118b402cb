// What a person may do to a message in each state: every pair of act and state, against the contract's arrows.

import Delivery
import Domain
import Testing

@Suite("Acts on messages")
struct MessageActTests {
    static let allowed: [MessageAct: [MessageState: MessageState]] = [
        .retry: [.failed: .queued, .expired: .queued, .cancelled: .queued, .blocked: .queued],
        .cancel: [.queued: .cancelled, .held: .cancelled],
        .hold: [.queued: .held],
        .release: [.held: .queued],
    ]

    @Test("do what the contract says, and nothing else", arguments: MessageAct.allCases)
    func everyState(act: MessageAct) {
        for state in MessageState.allCases {
            let result = act.result(from: state, isInDoubt: false)
            #expect(result == Self.allowed[act]?[state], "\(act) \(state)")
            if let result { #expect(MessageTransition.isAllowed(from: state, to: result)) }
        }
    }

    @Test("what was in doubt when it was held is released to its doubt, and is not cancelled")
    func inDoubt() {
        #expect(MessageAct.release.result(from: .held, isInDoubt: true) == .unknown)
        #expect(MessageAct.cancel.result(from: .held, isInDoubt: true) == nil)
        #expect(MessageTransition.isAllowed(from: .held, to: .unknown))
    }
}
