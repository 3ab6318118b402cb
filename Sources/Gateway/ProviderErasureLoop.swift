// Asks providers of SMS to erase what they keep of people who were erased here, one message after the other, while the gateway serves. What a
// provider does not do is asked again, for two months; then `check` says so. A provider that cannot be asked is let be: how long it keeps
// what it carried is in the contract with it (`report subprocessors`).

import Curl
import Domain
import OutboxStore
import Providers
import Runtime

final class ProviderErasureLoop: Sendable {
    private static let interval = Duration.seconds(60)
    private static let bound = 20

    private let store: OutboxStore
    private let accounts: [String: ProviderAccount]
    private let clock: WallClock
    private let log: Log
    private let isStopping = Monitor(false)
    private let thread = Lock<NamedThread?>(nil)

    init(
        _ store: OutboxStore, accounts: [String: ProviderAccount], clock: WallClock = .system, log: Log
    ) {
        self.store = store
        self.accounts = accounts
        self.clock = clock
        self.log = log
        thread.withLock { $0 = NamedThread("erasures") { [self] in run() } }
    }

    /// Ends the thread, and what is under way with it: it is asked again at the next start.
    func stop() {
        isStopping.update { $0 = true }
        thread.withLock { $0 }?.join()
    }

    private func run() {
        let connection = HTTPConnection(isAbandoned: { [isStopping] in isStopping.withLock { $0 } })
        while !isStopping.withLock({ $0 }) {
            do throws(StoreError) {
                let now = clock.now()
                let due = try store.read { reader throws(StoreError) in
                    try reader.dueProviderErasures(at: now, limit: Self.bound)
                }
                let ends = due.map { end(of: $0, on: connection, at: now) }
                if !ends.isEmpty { _ = try store.perform(.settleProviderErasures(ends)) }
                if due.count == Self.bound { continue }
            } catch {
                log(.error, "store-failed", ["thread": "erasures", "reason": .error(error)])
            }
            connection.hangUp()
            _ = isStopping.wait(atMost: Self.interval) { $0 ? true : nil }
        }
    }

    private func end(
        of erasure: ProviderErasure, on connection: HTTPConnection, at now: Timestamp
    ) -> ProviderErasureEnd {
        guard let request = accounts[erasure.provider]?.erasure(of: erasure.reference, now: now) else {
            return ProviderErasureEnd(erasure, status: "not-offered", isDone: true)
        }
        let evidence = connection.send(
            HTTPCall(method: request.method, url: request.url, fields: request.fields, body: request.body))
        let isDone = evidence.status.map { (200...299).contains($0) || [404, 410].contains($0) } ?? false
        let status = evidence.status.map(String.init) ?? (evidence.fault ?? .library).rawValue
        log(
            isDone ? .info : .warning, isDone ? "provider-erased" : "provider-erasure-failed",
            [
                "provider": .operational(erasure.provider), "status": .operational(status),
                "try": .number(erasure.tries + 1),
            ])
        return ProviderErasureEnd(erasure, status: status, isDone: isDone)
    }
}
