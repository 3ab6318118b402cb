// The current row of a statement, valid only inside the closure that it is handed to.

import CSQLite

package struct SQLRow {
    let statement: OpaquePointer

    package func isNull(_ column: CInt) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    package func integer(_ column: CInt) -> Int64 { sqlite3_column_int64(statement, column) }

    package func text(_ column: CInt) -> String {
        guard let bytes = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    package func blob(_ column: CInt) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(statement, column) else { return [] }
        return [UInt8](
            UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column))))
    }

    package func optionalInteger(_ column: CInt) -> Int64? { isNull(column) ? nil : integer(column) }
    package func optionalText(_ column: CInt) -> String? { isNull(column) ? nil : text(column) }
    package func optionalBlob(_ column: CInt) -> [UInt8]? { isNull(column) ? nil : blob(column) }
}
