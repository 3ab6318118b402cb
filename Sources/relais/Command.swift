// One command of `relais`: its words, its options, and what it does. One file a command, under Commands/.

protocol Command {
    /// `["outbox", "list"]`
    static var path: [String] { get }
    static var summary: String { get }
    /// What stands where on the line, such as `[FILE|-]`; empty for none.
    static var operands: String { get }
    static var options: [Option] { get }
    /// How many operands there may be.
    static var operandCount: ClosedRange<Int> { get }

    static func run(_ arguments: Arguments) throws -> ExitStatus
}

extension Command {
    static var operands: String { "" }
    static var options: [Option] { [] }
    static var operandCount: ClosedRange<Int> { 0...0 }
}

/// An option of a command: `--state STATE`, or `--drain` without a value.
struct Option {
    let name: String
    /// What the value is called; nil for a flag.
    let value: String?
    let help: String

    init(_ name: String, _ value: String? = nil, _ help: String) {
        self.name = name
        self.value = value
        self.help = help
    }

    /// What every command takes.
    static let common = [
        Option("--home", "DIR", "the home directory (else RELAIS_HOME, else ./Outbox)"),
        Option("--json", nil, "print JSON on standard output and nothing else there"),
        Option("--help", nil, "show this"),
    ]
}
