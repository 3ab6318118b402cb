// `GET /metrics`: what the process counts of itself, and how the outbox stands, for a monitoring system. It names providers and operations,
// and no dealership, person or message. What the store cannot say at the moment is left out, because a scrape must not fail for it.

import Domain
import Foundation
import HTTPServer
import OutboxStore
import Runtime

struct ShowMetrics: Sendable {
    static let operation = Operation(
        "metrics", "Counters of this process.", scope: nil, answers: [200: .text])

    let store: OutboxStore
    let metrics: Metrics
    let providers: @Sendable () -> [ProviderStatus]
    let clock: WallClock
    let startedAt: Timestamp

    func handle(_ call: Call, _ answer: Answer) {
        let asksForOpenMetrics = call.request["Accept"]?.contains("application/openmetrics-text") == true
        let format = asksForOpenMetrics ? MetricsText.Format.openMetrics : .prometheus
        var text = MetricsText(format)
        let record = metrics.record
        for (family, series) in record.counters { text.counters(family, series) }
        for (family, series) in record.durations { text.durations(family, series) }
        add(standing: &text)
        add(process: &text)
        answer(
            HTTPResponse(
                status: 200, headers: [HTTPField(name: "Content-Type", value: format.contentType)],
                body: Array(text.finished().utf8)))
    }

    private func add(standing text: inout MetricsText) {
        let providers = providers()
        text.gauges(
            Metrics.Family(
                "relais_provider_stopped", "1 while a provider is stopped until somebody corrects it.",
                labels: ["provider", "channel"]),
            providers.map { ([$0.name, $0.channel.rawValue], $0.stopReason == nil ? 0 : 1) })
        text.gauges(
            Metrics.Family(
                "relais_provider_paused", "1 while a provider is left alone after faults of its own.",
                labels: ["provider", "channel"]),
            providers.map { ([$0.name, $0.channel.rawValue], $0.pausedUntil == nil ? 0 : 1) })
        let now = clock.now()
        guard
            let standing = try? store.read({ reader throws(StoreError) in try reader.outboxStanding(at: now) }
            )
        else { return }
        text.gauges(
            Metrics.Family("relais_messages_waiting", "Messages with an attempt before them."),
            [([], Double(standing.waiting))])
        text.gauges(
            Metrics.Family("relais_messages_sending", "Messages that are being handed over."),
            [([], Double(standing.sending))])
        text.gauges(
            Metrics.Family(
                "relais_oldest_due_seconds", "How long the oldest message that is due has been so."),
            [([], Double(standing.oldestDue.map { (now - $0).components.seconds } ?? 0))])
        text.gauges(
            Metrics.Family(
                "relais_new_work_refused", "1 while new messages are refused: the disk, the mirror."),
            [([], store.newWorkRefusal == nil ? 0 : 1)])
        text.gauges(
            Metrics.Family("relais_mirror_behind", "1 while the ledger's mirror is behind the store."),
            [([], store.mirrorDelay == nil ? 0 : 1)])
    }

    /// By the names that every exporter has for them.
    private func add(process text: inout MetricsText) {
        text.gauges(
            Metrics.Family("process_start_time_seconds", "Start of the process, since the epoch."),
            [([], Double(startedAt.milliseconds) / 1000)])
        guard let statm = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = statm.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        else { return }
        text.gauges(
            Metrics.Family("process_resident_memory_bytes", "Resident memory."),
            [([], pages * Double(sysconf(Int32(_SC_PAGESIZE))))])
        let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        text.gauges(
            Metrics.Family("process_open_fds", "Open descriptors."), [([], Double(descriptors ?? 0))])
    }
}
