// `relais retention run [--dry-run]`: removes now what is over its term, as a serving gateway does every hour; or says how much that is.

import Gateway
import JSON
import OutboxStore
import Runtime

enum RetentionRun: Command {
    static let path = ["retention", "run"]
    static let summary = "remove what is over its term (retention in relais.json)"
    static let options = [Option("--dry-run", nil, "say how much it is and remove nothing")]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let home = try arguments.home()
        let steps = home.configuration.retention.steps(at: WallClock.system.now())
        let isDryRun = arguments.has("--dry-run")
        let counts =
            isDryRun
            ? try StoreSession.read(home) { reader in try steps.map { try reader.prunable($0) } }
            : try StoreSession.write(home) { store in try steps.map { try store.prune($0) } }
        for (step, count) in zip(steps, counts) {
            if arguments.isJSON {
                Terminal.write([
                    "subject": .string(step.subject.rawValue), "before": .string(step.before.text),
                    "count": .integer(count), "dryRun": .bool(isDryRun),
                ])
            } else {
                let verb = isDryRun ? "would be removed" : "removed"
                Terminal.write("\(step.subject.rawValue)  \(count) \(verb) (before \(step.before.text))")
            }
        }
        return .ok
    }
}
