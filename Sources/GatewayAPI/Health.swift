// `GET /healthz`: the process answers. `GET /readyz`: it can do its work — the store is read, a provider can be used — and what
// an operator must not overlook: a provider that is stopped or paused, or that captures messages instead of sending them.

import Domain
import HTTPServer
import JSON
import OutboxStore

/// What readiness says of one provider.
package struct ProviderStatus: Sendable {
    package let name: String
    package let channel: Channel
    package let isCapture: Bool
    /// Why it is stopped, or nil.
    package let stopReason: String?
    /// Until when it is left alone after faults of its own, or nil.
    package let pausedUntil: Timestamp?

    package init(
        name: String, channel: Channel = .email, isCapture: Bool, stopReason: String?, pausedUntil: Timestamp?
    ) {
        self.name = name
        self.channel = channel
        self.isCapture = isCapture
        self.stopReason = stopReason
        self.pausedUntil = pausedUntil
    }
}

struct Health: Sendable {
    static let living = Operation(
        "health", "The process answers.", scope: nil, answers: [200: .json("Health")])
    static let readying = Operation(
        "readiness", "Whether it can do its work, and what an operator must not overlook.", scope: nil,
        answers: [200: .json("Readiness")])

    let store: OutboxStore
    let providers: @Sendable () -> [ProviderStatus]

    func live(_ call: Call, _ answer: Answer) {
        answer(.json(200, #"{"status":"ok"}"#))
    }

    func ready(_ call: Call, _ answer: Answer) {
        let storeProblem: String?
        do {
            let fence = try store.read { reader throws(StoreError) in try reader.restoreFence() }
            storeProblem =
                fence.map { "nothing is sent: \($0); relais restore accept lets it send again" }
                ?? store.newWorkRefusal?.description ?? store.mirrorDelay
        } catch {
            storeProblem = error.description
        }
        let providers = providers()
        let usable = Set(providers.filter { $0.stopReason == nil }.map(\.channel))
        let isReady = storeProblem == nil && Set(providers.map(\.channel)) == usable && !usable.isEmpty
        let body: JSONValue = [
            "status": isReady ? "ready" : "not-ready",
            "store": .string(storeProblem ?? "ok"),
            "providers": .array(
                providers.map { provider in
                    [
                        "name": .string(provider.name), "channel": .string(provider.channel.rawValue),
                        "capture": .bool(provider.isCapture),
                        "stopped": .optional(provider.stopReason),
                        "pausedUntil": .optional(provider.pausedUntil?.text),
                    ]
                }),
        ]
        answer(.json(isReady ? 200 : 503, body.text()))
    }
}
