// A message that ends the process whenever it is handed over: after three times it is held, and the others go on.

import Delivery
import Domain
import OutboxStore
import Support
import Testing

@Suite("A poison message")
struct PoisonTests {
    @Test func isHeldAfterThreeCrashesAndReleasedIntoItsDoubt() throws {
        let fixture = try StoreFixture()
        let poison = try fixture.accept(fixture.acceptance("poison@example.lu")).id
        for crash in 1...3 {
            #expect(try #require(try fixture.claim()).id == poison)
            try fixture.reopen()
            #expect(fixture.store.interruptedCount == 1)
            let message = try fixture.message(poison)
            #expect(message.state == (crash < 3 ? .unknown : .held))
            #expect(message.reasonCode == (crash < 3 ? "interrupted" : "poison"))
            #expect(message.attempts.count == crash)
            #expect(message.attempts.allSatisfy { $0.outcome == .unknown && $0.status == "interrupted" })
            if crash < 3 { _ = try fixture.store.resolve(poison, .retry) }
        }
        let other = try fixture.accept(fixture.acceptance("other@example.lu")).id
        fixture.clock.advance(by: .seconds(86_400))
        #expect(try #require(try fixture.claim()).id == other)
        #expect(try fixture.store.act(.release, on: poison).state == .unknown)
    }

    @Test func isNotOneWhoseProviderWasOnlySlow() throws {
        let fixture = try StoreFixture()
        let id = try fixture.accept(fixture.acceptance()).id
        for _ in 1...4 {
            try fixture.settle(#require(try fixture.claim()), .unknown, status: "closed")
            _ = try fixture.store.resolve(id, .retry)
        }
        _ = try fixture.claim()
        try fixture.reopen()
        #expect(try fixture.message(id).state == .unknown)
    }
}
