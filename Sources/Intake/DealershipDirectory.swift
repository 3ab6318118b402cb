// The dealerships' records as values: fetched from the store each time, and read anew only when their text changed, so that a
// change counts from the next message on.

import Domain
import JSON
import OutboxStore
import Runtime

/// Dealerships as last read: the record is fetched each time, and read anew only when its text changed.
package final class DealershipDirectory: Sendable {
    private let known = Lock<[DealershipID: (record: String, dealership: Dealership)]>([:])

    package init() {}

    /// The dealership's record as it stands.
    package func dealership(_ id: DealershipID, _ store: any StoreCommands) throws(IntakeError) -> Dealership
    {
        let record: String?
        do {
            record = try store.read { reader throws(StoreError) in try reader.dealership(id) }
        } catch {
            throw .store(error)
        }
        guard let record else { throw .store(.notFound("dealership \(id)")) }
        if let known = known.withLock({ $0[id] }), known.record == record { return known.dealership }
        do {
            let dealership = try DealershipReader.read(JSONValue(parsing: Array(record.utf8)))
            known.withLock { $0[id] = (record, dealership) }
            return dealership
        } catch {
            throw .store(.unusable("the record of dealership \(id) cannot be used: \(error)"))
        }
    }
}
