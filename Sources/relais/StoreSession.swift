// The store for the time of one command: a writing command takes the lock (75 while a gateway has it), a reading one looks beside
// whoever writes.

import Gateway
import OutboxStore
import Runtime

enum StoreSession {
    static func write<Value>(_ home: Home, _ body: (OutboxStore) throws -> Value) throws -> Value {
        let store = try home.openStore(onBroken: Gateway.endProcess(Log()))
        defer { store.close() }
        return try body(store)
    }

    static func read<Value>(_ home: Home, _ body: (StoreReader) throws -> Value) throws -> Value {
        try body(try home.openReader())
    }
}
