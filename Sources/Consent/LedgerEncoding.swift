// The canonical encoding of a ledger entry, field by field in their fixed order: a domain, then for each field one byte that says whether it
// is there and, if so, its length as four bytes (big-endian) and its bytes. So no two different entries encode alike. It is
// fixed for good. A walk over a whole ledger keeps one buffer, and feeds it the stored bytes as they stand in the row.

package struct LedgerEncoding: Sendable {
    private static let domain = Array("relais/ledger-entry/v1".utf8) + [0]

    /// What was encoded since the last `begin`.
    package private(set) var bytes: [UInt8] = domain

    package init() {
        bytes.reserveCapacity(512)
    }

    /// Starts the next entry in the same buffer.
    package mutating func begin() {
        bytes.removeSubrange(Self.domain.count...)
    }

    package mutating func append(_ field: [UInt8]?) {
        guard let field else { return bytes.append(0) }
        appendHead(field.count)
        bytes += field
    }

    package mutating func append(_ text: String) {
        appendHead(text.utf8.count)
        bytes += text.utf8
    }

    /// Eight bytes, big-endian.
    package mutating func append(_ number: Int64) {
        appendHead(8)
        withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
    }

    private mutating func appendHead(_ count: Int) {
        bytes.append(1)
        withUnsafeBytes(of: UInt32(count).bigEndian) { bytes += $0 }
    }
}
