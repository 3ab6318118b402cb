// Read-only connections, lent to one thread at a time and kept for the next.

import Runtime

package final class ReaderPool: Sendable {
    private let path: String
    private let keyFingerprint: String
    private let idle = Lock<[SendableReader]>([])

    package init(path: String, keyFingerprint: String) {
        self.path = path
        self.keyFingerprint = keyFingerprint
    }

    package func read<Value>(_ body: (StoreReader) throws(StoreError) -> Value) throws(StoreError) -> Value {
        let reader: StoreReader
        if let kept = idle.withLock({ $0.popLast() }) {
            reader = kept.reader
        } else {
            reader = try StoreReader(path: path, keyFingerprint: keyFingerprint)
        }
        defer { idle.withLock { $0.append(SendableReader(reader: reader)) } }
        return try body(reader)
    }

    /// Closes the connections that nobody uses.
    package func close() {
        idle.withLock { $0.removeAll() }
    }

    /// A reader between two loans, touched by nobody.
    private struct SendableReader: @unchecked Sendable {
        let reader: StoreReader
    }
}
