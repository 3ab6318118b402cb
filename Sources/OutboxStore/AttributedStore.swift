// A store on somebody's behalf: what was done to a tenant or to a key is written to the log with who did it, once it is on disk. Both are
// ids; no address and no secret is in either.

import Runtime

package struct AttributedStore: StoreCommands {
    private let store: any StoreCommands
    private let actor: LogValue
    private let log: Log

    /// - Parameter actor: `operator:…` or a key's id.
    package init(_ store: any StoreCommands, actor: LogValue, log: Log) {
        self.store = store
        self.actor = actor
        self.log = log
    }

    package func submit(
        _ command: StoreCommand, completion: @escaping @Sendable (Result<StoreAnswer, StoreError>) -> Void
    ) {
        guard let act = command.loggedAct else { return store.submit(command, completion: completion) }
        store.submit(command) { [actor, log] result in
            if case .success = result { log(.info, act.event, ["actor": actor, "subject": act.subject]) }
            completion(result)
        }
    }

    package func read<Value>(_ body: (StoreReader) throws(StoreError) -> Value) throws(StoreError) -> Value {
        try store.read(body)
    }
}
