// A dealership that an operator holds, and one that leaves: what waits, what goes on, what stays.

import Delivery
import Domain
import OutboxStore
import Support
import Testing

@Suite("Holding and removing a dealership")
struct DealershipHoldTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private func accept(_ email: String = "zoe@example.lu") throws -> MessageID {
        try fixture.accept(fixture.acceptance(email)).id
    }

    private func expect(_ id: MessageID, _ state: MessageState, _ reason: String?) throws {
        let record = try fixture.message(id)
        #expect(
            record.state == state && record.reasonCode == reason, "\(record.state) \(record.reasonCode ?? "")"
        )
    }

    private func remove() throws { try fixture.store.remove(fixture.dealership) }

    @Test func nothingLeavesWhileItIsHeldAndAllOfItAfterwards() throws {
        let sending = try accept()
        let claim = try #require(try fixture.claim())
        let (queued, own) = (try accept(), try accept())
        _ = try fixture.store.act(.hold, on: own)
        #expect(try fixture.store.setHold(true, of: fixture.dealership) == 1)
        try expect(queued, .held, "dealership-held")
        try expect(own, .held, "hold")
        // What is being sent is not interrupted; put off, it stays where the others are.
        try fixture.settle(claim, .deferred, status: "4.2.2")
        #expect(try fixture.message(sending).state == .queued)
        fixture.clock.advance(by: .seconds(86_400))
        let new = try accept()
        try expect(new, .held, "dealership-held")
        #expect(try fixture.claim() == nil)
        try expect(sending, .held, "dealership-held")
        #expect(throws: StoreError.self) { _ = try fixture.store.act(.release, on: queued) }
        // Once more changes nothing.
        #expect(try fixture.store.setHold(true, of: fixture.dealership) == 0)
        #expect(try fixture.store.setHold(false, of: fixture.dealership) == 3)
        for _ in 0..<3 { try fixture.settle(#require(try fixture.claim()), .accepted) }
        #expect(try fixture.claim() == nil)
        for id in [sending, queued, new] { try expect(id, .sent, nil) }
        try expect(own, .held, "hold")
    }

    @Test func whatIsInDoubtStaysSoAndIsNotTriedAgain() throws {
        let id = try accept()
        try fixture.settle(#require(try fixture.claim()), .unknown, status: "closed")
        _ = try fixture.store.setHold(true, of: fixture.dealership)
        try expect(id, .unknown, "closed")
        fixture.clock.advance(by: .seconds(3600))
        #expect(try fixture.claim() == nil)
        try expect(id, .unknown, "dealership-held")
        #expect(try fixture.message(id).nextAttemptAt == nil)
        // The hold took away no try: the one more that it has comes after it.
        #expect(try fixture.store.setHold(false, of: fixture.dealership) == 1)
        #expect(try fixture.store.setHold(false, of: fixture.dealership) == 0)
        try fixture.settle(#require(try fixture.claim()), .accepted)
        try expect(id, .sent, nil)
    }

    @Test func aLongQueueIsMovedWholeAndOthersGoOn() throws {
        let other = try DealershipID("garage-sud")
        _ = try fixture.store.put(other, record: "{}")
        for number in 0..<1203 { _ = try accept("c\(number)@example.lu") }
        var foreign = try fixture.acceptance("o@example.lu")
        foreign.dealership = other
        let otherID = try fixture.accept(foreign).id
        #expect(try fixture.store.setHold(true, of: fixture.dealership) == 1203)
        #expect(try fixture.claim()?.id == otherID)
        #expect(try fixture.claim() == nil)
        #expect(try fixture.store.setHold(false, of: fixture.dealership) == 1203)
        #expect(try fixture.claim() != nil)
    }

    @Test func removalWaitsForWhatWaitsAndKeepsTheLedger() throws {
        let id = try accept()
        let waiting = { (list: String) in
            StoreError.conflict(
                "garage-nord has messages that wait or are in doubt (\(list)): cancel or resolve them first")
        }
        #expect(throws: waiting("1 queued")) { try remove() }
        _ = try fixture.store.act(.hold, on: id)
        #expect(throws: waiting("1 held")) { try remove() }
        _ = try fixture.store.act(.release, on: id)
        let claim = try #require(try fixture.claim())
        #expect(throws: waiting("1 sending")) { try remove() }
        try fixture.settle(claim, .unknown, status: "closed")
        #expect(throws: waiting("1 unknown")) { try remove() }
        _ = try fixture.store.resolve(id, .rejected)
        let key = APIKey.mint(dealership: fixture.dealership, scopes: [.send], at: fixture.clock.now)
        try fixture.store.insert(key.record)
        try fixture.record(of: "marc@example.lu")
        try remove()
        let (record, keys, state) = try fixture.store.read { reader throws(StoreError) in
            (
                try reader.dealership(fixture.dealership), try reader.apiKeys(of: fixture.dealership),
                try reader.dealerships().map(\.state)
            )
        }
        #expect(record == nil && keys.allSatisfy { $0.revokedAt != nil } && keys.count == 1)
        #expect(state == [.absent])
        // Nothing is sent in its name any more, and an objection still counts.
        #expect(
            throws: StoreError.conflict("dealership garage-nord has no record: nothing is sent in its name")
        ) { _ = try fixture.store.act(.retry, on: id) }
        #expect(throws: StoreError.notFound("dealership garage-nord; put it first")) {
            _ = try fixture.acceptAnswer(fixture.acceptance("paul@example.lu"))
        }
        #expect(throws: StoreError.notFound("dealership garage-nord")) { try remove() }
        #expect(try fixture.record(of: "paul@example.lu").added.count == 1)
        #expect(try fixture.store.put(fixture.dealership, record: "{}"), "it is new again")
        #expect(try fixture.store.act(.retry, on: id).state == .queued)
        #expect(try fixture.accept(fixture.acceptance("marc@example.lu")).state == .blocked)
    }

    @Test func aRecordThatChangedMeanwhileIsNotWrittenOver() throws {
        #expect(try !fixture.store.put(fixture.dealership, record: "{\"a\":1}", replacing: "{}"))
        #expect(throws: StoreError.self) {
            _ = try fixture.store.put(fixture.dealership, record: "{\"a\":2}", replacing: "{}")
        }
        let record = try fixture.store.read { reader throws(StoreError) in
            try reader.dealership(fixture.dealership)
        }
        #expect(record == "{\"a\":1}")
    }
}
