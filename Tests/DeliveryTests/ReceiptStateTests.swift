// Receipts fold by rank: twice, in any order, or late, they end in the same state, and never undo what is known.

import Delivery
import Domain
import Support
import Testing

@Suite("Receipts")
struct ReceiptStateTests {
    /// The state that receipts lead to, one after the other.
    private func end(_ receipts: [ReceiptState], from state: MessageState) -> MessageState {
        receipts.reduce(state) { state, receipt in
            if case .moves(let next) = receipt.effect(on: state) { next } else { state }
        }
    }

    @Test(arguments: [MessageState.sent, .unknown])
    func anyOrderOfAnyReceiptsEndsWithTheHighest(_ start: MessageState) {
        var generator = SeededGenerator(state: 6)
        for _ in 0..<2_000 {
            let receipts = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                ReceiptState.allCases.randomElement(using: &generator) ?? .sent
            }
            let highest = ReceiptState.allCases.last { receipts.contains($0) }
            let shuffled = receipts.shuffled(using: &generator)
            #expect(end(receipts, from: start).rawValue == highest?.rawValue)
            #expect(end(shuffled, from: start) == end(receipts, from: start))
        }
    }

    @Test func everyMoveIsOneOfTheTable() {
        for state in MessageState.allCases {
            for receipt in ReceiptState.allCases {
                guard case .moves(let next) = receipt.effect(on: state) else { continue }
                #expect(MessageTransition.isAllowed(from: state, to: next), "\(state) \(receipt)")
            }
        }
    }

    @Test func whatIsTriedAgainAlthoughItArrivedWaitsForAPerson() {
        #expect(ReceiptState.delivered.effect(on: .queued) == .holds)
        #expect(ReceiptState.sent.effect(on: .queued) == .holds)
        #expect(ReceiptState.failed.effect(on: .queued) == .changesNothing)
        #expect(MessageTransition.isAllowed(from: .queued, to: .held))
    }

    @Test func aReceiptWaitsForTheEndOfItsAttempt() {
        for receipt in ReceiptState.allCases {
            #expect(receipt.effect(on: .sending) == .waits && receipt.effect(on: .held) == .waits)
            for state in [MessageState.cancelled, .expired, .blocked, .bounced] {
                #expect(receipt.effect(on: state) == .changesNothing)
            }
        }
    }
}
