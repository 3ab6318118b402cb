// What the process counts of itself, to be read by a monitoring system: counters, and how long things took. Recording never fails and costs one
// short lock. Labels are fixed words and configured names; an id of a person or a message is never one.

package final class Metrics: Sendable {
    /// A family of series: what is counted, and by which labels.
    package struct Family: Sendable, Hashable {
        package let name: String
        package let help: String
        package let labels: [String]

        package init(_ name: String, _ help: String, labels: [String] = []) {
            self.name = name
            self.help = help
            self.labels = labels
        }
    }

    /// How often something took how long.
    package struct Durations: Sendable {
        /// Seconds; what took longer than the last is only in the count.
        package static let bounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30]

        /// How many took at most each bound, and no less than the one before.
        package fileprivate(set) var counts = [Int](repeating: 0, count: bounds.count)
        package fileprivate(set) var count = 0
        /// Seconds.
        package fileprivate(set) var sum = 0.0
    }

    /// Everything that was recorded, in a stable order.
    package struct Record: Sendable {
        package let counters: [(family: Family, series: [(labels: [String], value: Int)])]
        package let durations: [(family: Family, series: [(labels: [String], value: Durations)])]
    }

    private struct State {
        var counters: [Family: [[String]: Int]] = [:]
        var durations: [Family: [[String]: Durations]] = [:]
    }

    private let state = Lock(State())

    package init() {}

    /// One more.
    ///
    /// - Parameter labels: the values of the family's labels, in its order.
    package func count(_ family: Family, _ labels: String...) {
        state.withLock { $0.counters[family, default: [:]][labels, default: 0] += 1 }
    }

    package func time(_ family: Family, _ duration: Duration, _ labels: String...) {
        let parts = duration.components
        let seconds = Double(parts.seconds) + Double(parts.attoseconds) / 1e18
        state.withLock { state in
            var durations = state.durations[family, default: [:]][labels] ?? Durations()
            durations.count += 1
            durations.sum += seconds
            if let index = Durations.bounds.firstIndex(where: { seconds <= $0 }) {
                durations.counts[index] += 1
            }
            state.durations[family, default: [:]][labels] = durations
        }
    }

    package var record: Record {
        let state = state.withLock { $0 }
        return Record(
            counters: state.counters.sorted { $0.key.name < $1.key.name }.map {
                ($0.key, Self.inOrder($0.value))
            },
            durations: state.durations.sorted { $0.key.name < $1.key.name }.map {
                ($0.key, Self.inOrder($0.value))
            })
    }

    private static func inOrder<Value>(_ series: [[String]: Value]) -> [(labels: [String], value: Value)] {
        series.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
    }
}
