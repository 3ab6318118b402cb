// The text of `--help`, made from the commands themselves, so that it cannot say something else than they do.

enum Usage {
    static func overview(of commands: [any Command.Type]) -> String {
        let rows = commands.map { command in
            let words = command.path + [command.operands].filter { !$0.isEmpty }
            return (words.joined(separator: " "), command.summary)
        }
        return """
            usage: relais COMMAND [options]

            \(table(rows))

            Every command takes --home DIR, --json and --help.
            """
    }

    static func text(of command: any Command.Type) -> String {
        let line =
            (["usage: relais"] + command.path + [command.operands].filter { !$0.isEmpty } + ["[options]"])
            .joined(separator: " ")
        let rows = (command.options + Option.common).map { option in
            (([option.name] + [option.value].compactMap { $0 }).joined(separator: " "), option.help)
        }
        return """
            \(line)

            \(command.summary)

            \(table(rows))
            """
    }

    private static func table(_ rows: [(String, String)]) -> String {
        let width = rows.map { $0.0.count }.max() ?? 0
        return rows.map { $0.0.padded(to: width + 3) + $0.1 }.map { "  " + $0 }.joined(separator: "\n")
    }
}
