// `relais deliver --drain`: delivers what is due, then exits; 75 if something is still due when the time is over.

import Domain
import Gateway
import JSON
import OutboxStore
import Runtime

enum Deliver: Command {
    static let path = ["deliver"]
    static let summary = "deliver what is due, then exit"
    static let options = [
        Option("--drain", nil, "required: end when nothing is due any more"),
        Option("--timeout", "DURATION", "end after this long with 75 if something is still due (60s)"),
    ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        guard arguments.has("--drain") else {
            throw Failure(.usage, "--drain is required; relais serve delivers for ever")
        }
        let limit = try arguments.value("--timeout", Duration.init(configured:)) ?? .seconds(60)
        let home = try arguments.home(delivers: true)
        TerminationSignal.block()
        // Not through a running gateway: that one delivers by itself, and the lock says so.
        let log = Log(home.configuration.log)
        let store = try home.openStore(onBroken: Gateway.endProcess(log))
        defer { store.close() }
        let result = try Drain.run(home, store, atMost: limit, log: log)
        let counts = try store.read { reader throws(StoreError) in try reader.counts() }
        if arguments.isJSON {
            Terminal.write(
                .object(
                    MessageState.allCases.compactMap { state in
                        counts[state].map { JSONMember(name: state.rawValue, value: .integer($0)) }
                    }))
        } else {
            Terminal.write(
                MessageState.allCases.compactMap { state in counts[state].map { "\($0) \(state.rawValue)" } }
                    .joined(separator: ", "))
        }
        if home.configuration.isCapturing {
            Terminal.complain("note: messages are captured to disk, not sent (capture: true)")
        }
        if let waiting = counts[.queued], result.end == .drained {
            Terminal.complain(
                "note: \(waiting) wait for a later try; relais outbox list --state queued shows why")
        }
        for provider in result.stopped {
            Terminal.complain(
                "provider \(provider.name) stopped (\(provider.reason)): correct it in relais.json")
        }
        switch result.end {
        case .drained: return .ok
        case .unfinished: throw Failure(.temporary, "something is still due; run it again")
        case .fenced(let reason):
            throw Failure(
                .configuration, "nothing is sent: \(reason); relais restore accept lets it send again")
        case .stopped:
            throw Failure(.configuration, "what is still due waits for a provider that stopped")
        }
    }
}
