import Consent
import Domain

/// Where a dealership's chain ends: the last entry's place and hash.
struct ChainEnd: Equatable {
    var seq: Int64
    var hash: [UInt8]

    /// That of a chain without entries: the hash that its first one continues.
    static let beginning = ChainEnd(
        seq: 0, hash: [UInt8](repeating: 0, count: LedgerEntry.digestByteCount))
}

/// Where chains end as one command has left them, so that a batch of lines looks once. It is gone with its command, and so
/// never knows of what was rolled back.
final class ChainEnds {
    private var known: [DealershipID: ChainEnd] = [:]

    subscript(_ dealership: DealershipID) -> ChainEnd? {
        get { known[dealership] }
        set { known[dealership] = newValue }
    }
}
