// What SQLite answered: code, message and the statement. Bound values are never part of it, because they are people's data
// (GRDB's rule). `isFull` and `isInputOutput` are the two that decide what the process does next.

import CSQLite

package struct SQLiteError: Error, Sendable, Equatable, CustomStringConvertible {
    package let extendedCode: CInt
    package let message: String
    package let statement: String?

    package init(extendedCode: CInt, message: String, statement: String? = nil) {
        self.extendedCode = extendedCode
        self.message = message
        self.statement = statement
    }

    private var primaryCode: CInt { extendedCode & 0xFF }

    /// The disk or the quota is full: nothing was written, and space may come back.
    package var isFull: Bool { primaryCode == SQLITE_FULL }
    /// The disk failed, or the file is damaged: whether the last commit stands is not known.
    package var isInputOutput: Bool { [SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB].contains(primaryCode) }
    /// The file is damaged, or is no database at all.
    package var isNotAStore: Bool { [SQLITE_CORRUPT, SQLITE_NOTADB].contains(primaryCode) }
    /// Another program holds the file's write lock; nothing was written.
    package var isBusy: Bool { [SQLITE_BUSY, SQLITE_LOCKED].contains(primaryCode) }
    /// The schema refuses the row.
    package var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }

    package var description: String {
        "SQLite error \(extendedCode): \(message)" + (statement.map { " (in: \($0))" } ?? "")
    }
}
