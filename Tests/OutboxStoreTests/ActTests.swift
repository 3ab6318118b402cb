// What people do to messages, over a real store: each act from each state, the gate on a retry, and a lifetime that begins anew.

import Delivery
import Domain
import OutboxStore
import Support
import Testing

@Suite("Acts over a store")
struct ActTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    /// A message in a state.
    private func message(in state: MessageState) throws -> MessageID {
        let email = "\(state.rawValue)@example.lu"
        let id = try fixture.accept(fixture.acceptance(email, isRecipientAllowed: state != .blocked)).id
        switch state {
        case .queued, .blocked: break
        case .held: _ = try fixture.store.act(.hold, on: id)
        case .cancelled: _ = try fixture.store.act(.cancel, on: id)
        case .sending: _ = try #require(try fixture.claim())
        case .sent: try fixture.settle(#require(try fixture.claim()), .accepted)
        case .failed: try fixture.settle(#require(try fixture.claim()), .rejected, status: "5.1.1")
        case .unknown: try fixture.settle(#require(try fixture.claim()), .unknown, status: "closed")
        case .expired:
            fixture.clock.advance(by: RetrySchedule.email.lifetime)
            #expect(try fixture.claim() == nil)
        case .delivered, .bounced: Issue.record("no actor yet")
        }
        #expect(try fixture.message(id).state == state)
        return id
    }

    @Test(
        arguments: MessageAct.allCases,
        [MessageState.queued, .held, .cancelled, .sending, .sent, .failed, .unknown, .expired, .blocked])
    func everyActFromEveryState(act: MessageAct, state: MessageState) throws {
        let id = try message(in: state)
        guard let result = act.result(from: state, isInDoubt: false) else {
            #expect(throws: StoreError.self) { _ = try fixture.store.act(act, on: id) }
            #expect(try fixture.message(id).state == state)
            return
        }
        let record = try fixture.store.act(act, on: id)
        #expect(record.state == result)
        #expect((record.nextAttemptAt == fixture.clock.now) == (result == .queued))
        if result == .queued {
            #expect(try fixture.claim()?.id == id, "a retried message has a lifetime again")
        }
    }

    @Test func aRetryAsksTheGate() throws {
        let id = try message(in: .failed)
        let entry = try #require(try fixture.record(of: "failed@example.lu").entry)
        let expected = StoreError.conflict("\(id) is blocked (objected, \(entry.id)) and stays so")
        #expect(throws: expected) { _ = try fixture.store.act(.retry, on: id) }
        #expect(try fixture.message(id).state == .failed)
    }

    @Test func aRetryAfterDeliverByIsRefused() throws {
        let timing = MessageTiming(deliverBy: fixture.clock.now + .seconds(60))
        let id = try fixture.accept(fixture.acceptance(timing: timing)).id
        fixture.clock.advance(by: .seconds(60))
        #expect(try fixture.claim() == nil)
        #expect(throws: StoreError.conflict("the deliverBy of \(id) is over; send a new message")) {
            _ = try fixture.store.act(.retry, on: id)
        }
    }
}
