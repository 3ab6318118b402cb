// Tells the operator what must not be overlooked, by one webhook of his own choice: signed like a dealership's, and sent wherever he says, also inside
// his network. An alert that does not arrive is logged and sent again; nothing else depends on it.

import Crypto
import Curl
import Domain
import JSON
import OutboxStore
import Runtime

final class AlertLoop: Sendable {
    /// How often the reasons are looked at.
    private static let interval = Duration.seconds(10)

    private struct State {
        var alerts = AlertState()
        var isStopping = false
    }

    private let url: @Sendable () -> WebLink?
    private let keys: KeyRing
    private let clock: WallClock
    private let lasting: @Sendable () -> [AlertKind: [String]]
    private let log: Log
    private let state = Monitor(State())
    private let thread = Lock<NamedThread?>(nil)

    /// - Parameters:
    ///   - url: where the operator is told now; nil for nowhere.
    ///   - lasting: the reasons that hold now, asked again and again.
    init(
        to url: @escaping @Sendable () -> WebLink?, keys: KeyRing, clock: WallClock = .system,
        lasting: @escaping @Sendable () -> [AlertKind: [String]], log: Log
    ) {
        self.url = url
        self.keys = keys
        self.clock = clock
        self.lasting = lasting
        self.log = log
        thread.withLock { $0 = NamedThread("alerts") { [self] in run() } }
    }

    /// Something happened that does not last.
    func note(_ kind: AlertKind, _ subject: String) {
        guard url() != nil else { return }
        state.update { $0.alerts.note(kind, subject) }
    }

    /// Ends the thread, after the alert that is being sent.
    func stop() {
        state.update { $0.isStopping = true }
        thread.withLock { $0 }?.join()
    }

    private func run() {
        repeat {
            guard let url = url() else { continue }
            let reasons = lasting()
            let now = clock.now()
            for (kind, subjects) in state.withLock({ $0.alerts.due(reasons, at: now) })
            where !state.withLock({ $0.isStopping }) {
                let hasArrived = send(kind, subjects, to: url, at: now)
                state.withLock { $0.alerts.sent(kind, subjects, hasArrived: hasArrived, at: now) }
            }
        } while state.wait(atMost: Self.interval) { $0.isStopping ? true : nil } == nil
    }

    private func send(
        _ kind: AlertKind, _ subjects: [String], to url: WebLink, at now: Timestamp
    ) -> Bool {
        let body: JSONValue = [
            "type": .string(kind.rawValue), "timestamp": .string(now.text),
            "data": ["subjects": .array(subjects.map { .string($0) })],
        ]
        guard let posts = HTTPCalls(guard: nil) else { return false }
        let id = "alert_\(now.milliseconds)_\(kind.rawValue.replacing(".", with: "-"))"
        posts.start(.signed(url: url.text, id: id, at: now, body.bytes(), by: keys.alertSecrets), tag: 0)
        var end: HTTPCallEnd?
        while end == nil { end = posts.wait(atMost: .seconds(60)).first?.end }
        let hasArrived = (200...299).contains(end?.status ?? 0)
        if !hasArrived {
            log(.error, "alert-failed", ["type": .word(kind), "status": .operational(end?.word ?? "-")])
        }
        return hasArrived
    }
}
