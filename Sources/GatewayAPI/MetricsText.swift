// Metrics as text: OpenMetrics 1.0 for whoever asks for it, else the text format 0.0.4 of Prometheus. They differ in how a counter's family is
// called, in the end mark, and in nothing else that is used here.

import Runtime

struct MetricsText {
    enum Format {
        case openMetrics
        case prometheus

        var contentType: String {
            switch self {
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            }
        }
    }

    private let format: Format
    private var text = ""

    init(_ format: Format) {
        self.format = format
    }

    /// What counts only upward; `name` without `_total`.
    mutating func counters(_ family: Metrics.Family, _ series: [(labels: [String], value: Int)]) {
        head(format == .openMetrics ? family.name : family.name + "_total", "counter", family.help)
        for (labels, value) in series { line(family.name + "_total", family, labels, "\(value)") }
    }

    /// What goes up and down.
    mutating func gauges(_ family: Metrics.Family, _ series: [(labels: [String], value: Double)]) {
        head(family.name, "gauge", family.help)
        for (labels, value) in series { line(family.name, family, labels, Self.number(value)) }
    }

    mutating func durations(
        _ family: Metrics.Family, _ series: [(labels: [String], value: Metrics.Durations)]
    ) {
        head(family.name, "histogram", family.help)
        for (labels, value) in series {
            var sum = 0
            for (bound, count) in zip(Metrics.Durations.bounds, value.counts) {
                sum += count
                line(family.name + "_bucket", family, labels, "\(sum)", bound: Self.number(bound))
            }
            line(family.name + "_bucket", family, labels, "\(value.count)", bound: "+Inf")
            line(family.name + "_sum", family, labels, "\(value.sum)")
            line(family.name + "_count", family, labels, "\(value.count)")
        }
    }

    /// Everything, ended.
    func finished() -> String { format == .openMetrics ? text + "# EOF\n" : text }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func line(
        _ name: String, _ family: Metrics.Family, _ labels: [String], _ value: String, bound: String? = nil
    ) {
        var pairs = zip(family.labels, labels).map { "\($0)=\"\(Self.escaped($1))\"" }
        if let bound { pairs.append("le=\"\(bound)\"") }
        text += name + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") + " \(value)\n"
    }

    /// OpenMetrics wants numbers of buckets as `1.0`.
    private static func number(_ value: Double) -> String { "\(value)" }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
