// Removes what is over its term while the gateway serves: at the start and then every hour, in steps between which other work goes
// on. A failure is logged and tried again with the next round; nothing depends on it today.

import Domain
import OutboxStore
import Runtime

/// How long content, messages with their attempts, evidence and events are kept.
package struct Retention: Sendable, Equatable {
    package var content = RetentionTerm.content
    package var attempts = RetentionTerm.attempts
    package var evidence = RetentionTerm.evidence
    package var events = RetentionTerm.events

    package init() {}

    /// The first step of each kind.
    package func steps(at now: Timestamp) -> [RetentionStep] {
        [
            RetentionStep(.content, before: content.cutoff(at: now)),
            RetentionStep(.messages, before: attempts.cutoff(at: now)),
            RetentionStep(.evidence, before: evidence.cutoff(at: now)),
            RetentionStep(.events, before: events.cutoff(at: now)),
        ]
    }
}

final class RetentionLoop: Sendable {
    private static let interval = Duration.seconds(3600)

    private let isStopping: Monitor<Bool>
    private let thread: NamedThread

    /// - Parameter retention: the terms that count now, asked each round.
    init(_ retention: @escaping @Sendable () -> Retention, _ store: OutboxStore, _ log: Log) {
        let isStopping = Monitor(false)
        self.isStopping = isStopping
        thread = NamedThread("retention") {
            repeat {
                do throws(StoreError) {
                    for step in retention().steps(at: WallClock.system.now()) {
                        let count = try store.prune(step, while: { !isStopping.withLock { $0 } })
                        guard count > 0 else { continue }
                        log(.info, "pruned", ["subject": .word(step.subject), "count": .number(count)])
                    }
                } catch {
                    log(.error, "prune-failed", ["reason": .error(error)])
                }
            } while isStopping.wait(atMost: Self.interval) { $0 ? true : nil } == nil
        }
    }

    /// Waits for the step that runs; the next process goes on.
    func stop() {
        isStopping.update { $0 = true }
        thread.join()
    }
}
