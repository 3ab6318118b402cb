// What the operator is told and when, as a value that decides: at most one alert an hour of each kind, again while its reason lasts. What happens in
// between is kept for the next one. No clock in here.

import Domain

enum AlertKind: String, Sendable, CaseIterable {
    case providerStopped = "provider.stopped"
    case diskBelowFloor = "disk.below-floor"
    case mirrorBehind = "ledger.mirror-behind"
    case webhookDisabled = "webhook.disabled"
}

struct AlertState: Sendable {
    private static let interval = Duration.seconds(3600)
    /// After an alert that did not arrive.
    private static let retryInterval = Duration.seconds(60)

    /// Before this nothing of the kind is sent.
    private var quietUntil: [AlertKind: Timestamp] = [:]
    /// What happened once and was not told yet.
    private var occurrences: [AlertKind: [String]] = [:]

    /// Something happened that does not last.
    mutating func note(_ kind: AlertKind, _ subject: String) {
        if occurrences[kind]?.contains(subject) != true { occurrences[kind, default: []].append(subject) }
    }

    /// What is told now.
    ///
    /// - Parameter lasting: the reasons that hold now.
    func due(_ lasting: [AlertKind: [String]], at now: Timestamp) -> [(kind: AlertKind, subjects: [String])] {
        AlertKind.allCases.compactMap { kind in
            let subjects = (lasting[kind] ?? []) + (occurrences[kind] ?? [])
            guard !subjects.isEmpty, quietUntil[kind].map({ $0 <= now }) ?? true else { return nil }
            return (kind, subjects)
        }
    }

    /// An alert of some subjects was sent; one that did not arrive is tried again soon.
    mutating func sent(_ kind: AlertKind, _ subjects: [String], hasArrived: Bool, at now: Timestamp) {
        quietUntil[kind] = now + (hasArrived ? Self.interval : Self.retryInterval)
        if hasArrived { occurrences[kind]?.removeAll { subjects.contains($0) } }
    }
}
