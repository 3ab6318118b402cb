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
            OutboxResend.self, OutboxRevoke.self, OutboxExplain.self, OutboxStats.self,
            ConsentRecord.self, ConsentShow.self, ConsentImportCommand.self, ConsentExport.self,
            ConsentVerify.self, ConsentRebuild.self, ConsentCheckpoint.self, ConsentReceiptCommand.self,
            SuppressionList.self, SuppressionAdd.self, SuppressionLift.self,
            TemplateRender.self,
            ContactExport.self, ContactRectify.self, ContactErase.self, RequestOpen.self, RequestList.self,
            RequestClose.self,
            DealershipPut.self, DealershipList.self, DealershipShow.self, DealershipRemove.self,
            DealershipHold.self, DealershipRelease.self, DealershipExport.self, KeyCreate.self, KeyList.self,
            KeyRevoke.self, WebhookList.self, WebhookSecretCommand.self,
            WebhookEnable.self, WebhookReplay.self, ProviderList.self, BackupCommand.self,
            RestoreAccept.self, RetentionRun.self,
            ReportProcessing.self, ReportSubprocessors.self, ReportMeasures.self, ReportBreach.self,
        ]
    }

    static func main() {
        TerminationSignal.ignoreBrokenPipes()
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

    /// Help of a level that is not a command itself: all of them, or those of a group; `help GROUP` is `GROUP --help`.
    private static func help(for words: [String]) -> ExitStatus {
        let asksForHelp = words.isEmpty || words.contains("--help") || words[0] == "help"
        if let first = words.first, !asksForHelp, Option.common.contains(where: { first.hasPrefix($0.name) })
        {
            Terminal.complain("relais: options come after the command: relais outbox list \(first) …")
            return .usage
        }
        let names = words.filter { !$0.hasPrefix("-") && $0 != "help" }
        let group = commands.filter { names.isEmpty || $0.path.first == names.first }
        if asksForHelp, !group.isEmpty {
            Terminal.write(Usage.overview(of: group))
            return .ok
        }
        if let name = names.first {
            // A closure, because a key path through a metatype crashes the compiler of Swift 6.3.1.
            let subcommands = group.compactMap { command in command.path.last }.joined(separator: ", ")
            Terminal.complain(
                group.isEmpty
                    ? "relais: there is no command \"\(name)\"; relais --help lists them"
                    : "relais \(name): needs one of: \(subcommands)")
        } else {
            Terminal.complain("relais: \(words[0]) is not a command; relais --help lists them")
        }
        return .usage
    }
}
