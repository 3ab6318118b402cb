// The store for the time of one command: a writing command takes the lock, or speaks to the gateway that has it; a reading one looks
// beside whoever writes.

import Gateway
import OutboxStore
import Runtime

enum StoreSession {
    static func write<Value>(_ home: Home, _ body: (any StoreCommands) throws -> Value) throws -> Value {
        try home.withStore(log: Log(home.configuration.log), body)
    }

    /// The same for a command of many rows a transaction, all over the file.
    static func writeMany<Value>(_ home: Home, _ body: (any StoreCommands) throws -> Value) throws -> Value {
        try home.withStore(cacheKilobytes: 64 << 10, log: Log(home.configuration.log), body)
    }

    static func read<Value>(_ home: Home, _ body: (StoreReader) throws -> Value) throws -> Value {
        try body(try home.openReader())
    }
}
