import OutboxStore
import Runtime

/// The store until it has taken so many commands; then its disk is full.
struct FillingStore: StoreCommands {
    let store: OutboxStore
    let room: Lock<Int>

    func submit(
        _ command: StoreCommand, completion: @escaping @Sendable (Result<StoreAnswer, StoreError>) -> Void
    ) {
        let hasRoom = room.withLock { room in
            room -= 1
            return room >= 0
        }
        hasRoom ? store.submit(command, completion: completion) : completion(.failure(.full))
    }

    func read<Value>(_ body: (StoreReader) throws(StoreError) -> Value) throws(StoreError) -> Value {
        try store.read(body)
    }
}
