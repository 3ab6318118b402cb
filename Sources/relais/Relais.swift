// The `relais` command: finds the subcommand, reads its options, runs it, and turns every failure into one line on standard error
// and an exit code of sysexits(3). Standard output has the answer and nothing else.

import Glibc
import Runtime

@main
enum Relais {
    static var commands: [any Command.Type] {
        [
            Init.self, Check.self, Serve.self, Send.self, Deliver.self, OutboxList.self, OutboxShow.self,
            OutboxResolve.self, OutboxRetry.self, OutboxCancel.self, OutboxHold.self, OutboxRelease.self,
            ConsentRecord.self, ConsentShow.self, ConsentVerify.self, TemplateRender.self,
            DealershipPut.self, KeyCreate.self,
        ]
    }

    static func main() {
        TerminationSignal.block()
        umask(0o077)
        exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    static func run(_ words: [String]) -> ExitStatus {
        guard let command = commands.first(where: { words.starts(with: $0.path) }) else {
            return help(for: words)
        }
        let rest = Array(words.dropFirst(command.path.count))
        if rest.contains("--help") {
            Terminal.write(Usage.text(of: command))
            return .ok
        }
        do {
            return try command.run(try Arguments(rest, for: command))
        } catch {
            let failure = Failure(error)
            Terminal.complain("relais \(command.path.joined(separator: " ")): \(failure.message)")
            return failure.status
        }
    }

    /// Help of a level that is not a command itself: all of them, or those of a group.
    private static func help(for words: [String]) -> ExitStatus {
        let names = words.filter { !$0.hasPrefix("-") }
        let group = commands.filter { names.isEmpty || $0.path.first == names.first }
        let isHelp = words.isEmpty || words.contains("--help") || names == ["help"]
        guard isHelp, !group.isEmpty || names == ["help"] else {
            Terminal.complain(
                group.isEmpty
                    ? "relais: there is no command \"\(names.first ?? words[0])\"; relais --help lists them"
                    : "relais \(names[0]): needs one of: \(group.compactMap { command in command.path.last }.joined(separator: ", "))"
            )
            return .usage
        }
        Terminal.write(Usage.overview(of: group.isEmpty ? commands : group))
        return .ok
    }
}
