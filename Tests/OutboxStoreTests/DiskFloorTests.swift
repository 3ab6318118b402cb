// Below the floor new work is refused, and everything that ends or forbids work still goes through.

import Consent
import Domain
import Runtime
import Support
import Testing

@testable import OutboxStore

@Suite("The disk's floor")
struct DiskFloorTests {
    @Test func refusesNewWorkAloneAndOnlyWhileItLasts() throws {
        let fixture = try StoreFixture()
        try fixture.closeAndUnlock()
        let free = Lock<Int64>(200)
        let store = try OutboxStore(
            path: fixture.path, keyFingerprint: StoreFixture.keyFingerprint,
            diskFloor: DiskFloor(bytes: 100, space: { (free.withLock { $0 }, 1000) }),
            clock: fixture.clock.wallClock, onBroken: { _ in })
        defer { store.close() }
        func accept(_ email: String) throws -> Result<AcceptedMessage, StoreError> {
            let answer = Monitor<Result<AcceptedMessage, StoreError>?>(nil)
            store.accept(try fixture.acceptance(email)) { result in answer.update { $0 = result } }
            return answer.wait { $0 }
        }
        let waiting = try accept("zoe@example.lu").get().id
        free.withLock { $0 = 99 }
        #expect(throws: StoreError.belowFloor(free: 99, floor: 100)) { try accept("paul@example.lu").get() }
        let act = ConsentAct(
            references: .init(address: try fixture.reference("zoe@example.lu")), event: .objected,
            scope: .all,
            channel: nil, occurredAt: fixture.clock.now, method: .page, actor: "contact")
        #expect(try store.record(act, dealership: fixture.dealership).added.count == 1)
        // A page that is looked at is shown, and its opening is not counted: nobody is told.
        store.countOpening(waiting)
        #expect(try store.revoke(waiting).openings == nil)
        #expect(try store.act(.cancel, on: waiting).state == .cancelled)
        free.withLock { $0 = 100 }
        store.countOpening(waiting)
        #expect(try store.revoke(waiting).openings?.count == 1)
        #expect(try accept("paul@example.lu").get().state == .queued)
    }

    @Test(
        arguments: [
            (nil, 900, 10_000, 1000), (nil, 1 << 29, 1 << 40, 1 << 30), (5, 4, 1 << 40, 5),
        ] as [(Int64?, Int64, Int64, Int64)])
    func isATenthOrOneGigabyteUnlessSaid(bytes: Int64?, free: Int64, total: Int64, floor: Int64) {
        #expect(
            DiskFloor(bytes: bytes, space: { (free, total) }).refusal()
                == .belowFloor(free: free, floor: floor))
        #expect(DiskFloor(bytes: bytes, space: { (floor, total) }).refusal() == nil)
    }

    @Test func asksTheDiskItself() throws {
        let folder = try TestFolder()
        #expect(DiskFloor(bytes: 1, path: folder.path).refusal() == nil)
        #expect(DiskFloor(bytes: 1 << 60, path: folder.path).refusal() != nil)
        #expect(DiskFloor(bytes: 1 << 60, path: folder.path + "/none").refusal() == nil)
    }
}
