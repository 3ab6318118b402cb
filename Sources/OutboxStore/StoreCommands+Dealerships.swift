// The verbs for whole dealerships, for whoever can run commands.

import Domain

extension StoreCommands {
    /// Creates or replaces a dealership; true when it is new.
    ///
    /// - Parameter known: the record that the writer has read; a conflict when it is another one by now.
    package func put(
        _ id: DealershipID, record: String, replacing known: String? = nil
    ) throws(StoreError) -> Bool {
        guard case .put(let isNew) = try perform(.putDealership(id, record: record, replacing: known)) else {
            throw .mismatch
        }
        return isNew
    }

    /// Ends a dealership's record and its keys; a conflict while a message of it waits or is in doubt.
    package func remove(_ id: DealershipID) throws(StoreError) {
        guard case .removed = try perform(.removeDealership(id)) else { throw .mismatch }
    }

    /// Lets nothing of a dealership leave any more, or lets it go on; how many messages that moved. An order that was interrupted is
    /// just given again.
    package func setHold(_ isHeld: Bool, of id: DealershipID) throws(StoreError) -> Int {
        var step = HoldStep(dealership: id, isHeld: isHeld)
        var count = 0
        while true {
            guard case .held(let result) = try perform(.holdDealership(step)) else { throw .mismatch }
            count += result.count
            if result.isDone { return count }
            step.isFirst = false
        }
    }
}
