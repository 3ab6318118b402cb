// The register of requests, read.

import Domain

extension StoreReader {
    /// Requests, the overdue first, then the open ones by when they are due, then the closed ones.
    ///
    /// - Parameter isOpen: only those that were not answered yet.
    package func requests(
        dealership: DealershipID? = nil, isOpen: Bool = false
    ) throws(StoreError) -> [SubjectRequest] {
        try read { try RequestTable(connection: connection).requests(dealership: dealership, isOpen: isOpen) }
    }
}
