// One connection to one database file: the only room that calls SQLite. A connection belongs to the thread that uses it and
// is not shared; statements are prepared once and kept. It promises bound parameters only, and the hardened settings of
// SQLite's own advice (sqlite.org/security.html). Failures are `SQLiteError`s; closing happens with the last reference.

import CSQLite

package final class Connection {
    package enum Access: Sendable {
        /// The one writer: creates the file if need be, and checkpoints.
        case writer
        /// Looks only: `query_only`, never checkpoints, because two checkpointers can corrupt a file before 3.51.3
        /// (sqlite.org/wal.html, "WAL-reset bug").
        case reader
        /// A reader that may write whole copies of what it reads (`VACUUM INTO`), which `query_only` would forbid.
        case copier
    }

    private let handle: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]
    private let log = LogSize()

    /// Opens the file. A writer gets WAL and `synchronous=FULL`, both read back, or the file is refused.
    ///
    /// - Parameter cacheKilobytes: of pages in memory. A transaction that changes more is written in parts, some of them twice.
    package init(path: String, access: Access, cacheKilobytes: Int = 2_000) throws(SQLiteError) {
        let flags =
            switch access {
            case .writer: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .reader, .copier: SQLITE_OPEN_READONLY
            }
        var opened: OpaquePointer?
        let result = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard let opened else { throw SQLiteError(extendedCode: result, message: "out of memory") }
        guard result == SQLITE_OK else {
            let error = SQLiteError(extendedCode: result, message: String(cString: sqlite3_errmsg(opened)))
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
        for (option, value) in [(SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)]
            as [(CInt, CInt)]
        {
            relais_sqlite3_db_config_flag(handle, option, value)
        }
        try run("PRAGMA mmap_size=0")
        try run("PRAGMA busy_timeout=5000")
        try run("PRAGMA cache_size=-\(cacheKilobytes)")
        switch access {
        case .writer:
            try run("PRAGMA secure_delete=ON")
            try run("PRAGMA foreign_keys=ON")
            try require("PRAGMA journal_mode=WAL", gives: "wal")
            try run("PRAGMA synchronous=FULL")
            try require("PRAGMA synchronous", gives: "2")
            log.listen(to: handle)
        case .reader, .copier:
            relais_sqlite3_db_config_flag(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
            if access == .reader { try run("PRAGMA query_only=ON") }
        }
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Runs one statement to its end; returns how many rows it changed.
    @discardableResult
    package func run(_ sql: String, _ values: [SQLValue] = []) throws(SQLiteError) -> Int {
        try query(sql, values) { _ in }
        return Int(sqlite3_changes(handle))
    }

    /// Runs one statement and hands over every row.
    package func query(_ sql: String, _ values: [SQLValue] = [], _ body: (SQLRow) -> Void) throws(SQLiteError)
    {
        let statement = try prepared(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        try bind(values, to: statement, sql)
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: body(SQLRow(statement: statement))
            case SQLITE_DONE: return
            default: throw error(sql)
            }
        }
    }

    /// The first row as `body` reads it, or nil if there is none.
    package func first<Value>(
        _ sql: String, _ values: [SQLValue] = [], _ body: (SQLRow) -> Value
    ) throws(SQLiteError) -> Value? {
        var value: Value?
        try query(sql, values) { if value == nil { value = body($0) } }
        return value
    }

    /// Every row as `body` reads it.
    package func all<Value>(
        _ sql: String, _ values: [SQLValue] = [], _ body: (SQLRow) -> Value
    ) throws(SQLiteError) -> [Value] {
        var found: [Value] = []
        try query(sql, values) { found.append(body($0)) }
        return found
    }

    /// Runs `body` over one state of the file, whatever others commit meanwhile.
    package func snapshot<Value>(_ body: () throws -> Value) throws -> Value {
        guard !isInTransaction else { return try body() }
        try run("BEGIN")
        defer { _ = try? run("COMMIT") }
        return try body()
    }

    /// Runs a script of several statements without parameters (a migration).
    package func runScript(_ script: String) throws(SQLiteError) {
        guard sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK else { throw error(nil) }
    }

    /// Rows changed since the connection was opened; unmoved means that nothing was written.
    package var totalChanges: Int64 { sqlite3_total_changes64(handle) }

    /// Whether a transaction is open; SQLite ends one by itself when the disk is full.
    package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Pages in the write-ahead log as of this writer's last commit.
    package var logPageCount: Int { log.pageCount }

    /// Copies what it can of the log into the file, without waiting for readers.
    package func checkpoint() throws(SQLiteError) {
        try query("PRAGMA wal_checkpoint(PASSIVE)") { _ in }
        log.forget()
    }

    /// Copies all of the log into the file and cuts the log to nothing, so that no old page is left in it; false when a reader still needs
    /// one. Waits for nobody, because nothing else is written meanwhile.
    package func emptyLog() throws(SQLiteError) -> Bool {
        try run("PRAGMA busy_timeout=0")
        defer { _ = try? run("PRAGMA busy_timeout=5000") }
        let isHeld = try first("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) != 0 } ?? true
        log.forget()
        return !isHeld
    }

    private func require(_ pragma: String, gives expected: String) throws(SQLiteError) {
        let found = try first(pragma) { $0.text(0) } ?? ""
        guard found == expected else {
            throw SQLiteError(
                extendedCode: SQLITE_MISUSE, message: "answered \(found) instead of \(expected)",
                statement: pragma)
        }
    }

    private func prepared(_ sql: String) throws(SQLiteError) -> OpaquePointer {
        if let statement = statements[sql] { return statement }
        var statement: OpaquePointer?
        let result = sqlite3_prepare_v3(
            handle, sql, -1, CUnsignedInt(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard result == SQLITE_OK, let statement else { throw error(sql) }
        statements[sql] = statement
        return statement
    }

    private func bind(_ values: [SQLValue], to statement: OpaquePointer, _ sql: String) throws(SQLiteError) {
        precondition(sqlite3_bind_parameter_count(statement) == values.count, "parameters of: \(sql)")
        for (offset, value) in values.enumerated() {
            let index = CInt(offset + 1)
            let result =
                switch value {
                case .null: sqlite3_bind_null(statement, index)
                case .integer(let number): sqlite3_bind_int64(statement, index, number)
                case .text(let text): relais_sqlite3_bind_text(statement, index, text, CInt(text.utf8.count))
                case .blob(let bytes): relais_sqlite3_bind_blob(statement, index, bytes, CInt(bytes.count))
                }
            guard result == SQLITE_OK else { throw error(sql) }
        }
    }

    private func error(_ sql: String?) -> SQLiteError {
        SQLiteError(
            extendedCode: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)),
            statement: sql)
    }
}
