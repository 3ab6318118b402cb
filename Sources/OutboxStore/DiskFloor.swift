// The free space below which new work is refused, so that what was accepted can still be settled and an objection still be written: a
// full disk would stop those too. A disk that cannot be asked is not full.

import Runtime

package struct DiskFloor: Sendable {
    private let bytes: @Sendable (_ total: Int64) -> Int64
    private let space: @Sendable () -> (free: Int64, total: Int64)?

    /// A floor on the disk of `path`: so many bytes, or the smaller of 1 GB and a tenth of the disk.
    package init(bytes: Int64?, path: String) {
        self.init(bytes: bytes, space: { Files.space(of: path) })
    }

    init(bytes: Int64?, space: @escaping @Sendable () -> (free: Int64, total: Int64)?) {
        self.bytes = { total in bytes ?? min(1 << 30, total / 10) }
        self.space = space
    }

    /// No floor: the disk itself says when it is full.
    package static let none = DiskFloor(bytes: 0, space: { nil })

    /// Why new work is refused now; nil when there is room.
    package func refusal() -> StoreError? {
        guard let space = space() else { return nil }
        let floor = bytes(space.total)
        return space.free < floor ? .belowFloor(free: space.free, floor: floor) : nil
    }
}
