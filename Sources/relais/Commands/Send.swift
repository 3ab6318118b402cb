// `relais send [FILE|-] --dealership ID`: enqueues one JSON message, or NDJSON with each line by itself. A line a message on
// standard output, in the order of the input; 65 if any was refused. What was accepted is on disk before its line is printed.

import Domain
import Gateway
import Glibc
import Intake
import JSON
import OutboxStore
import Runtime

enum Send: Command {
    static let path = ["send"]
    static let summary = "enqueue one JSON message, or NDJSON, from a file or standard input"
    static let operands = "[FILE|-]"
    static let operandCount = 0...1
    static let options = [Option("--dealership", "ID", "in whose name")]

    /// Messages in one input; a larger file is split by its owner.
    private static let inputLimit = 256 << 20
    /// Messages composed but not committed yet: enough for a full group commit, little memory.
    private static let window = 500

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let dealership = try arguments.requiredValue("--dealership", DealershipID.init)
        let messages = try messages(arguments.operands.first ?? "-")
        let home = try arguments.home()
        let library = try home.templateLibrary()
        return try StoreSession.write(home) { store in
            guard try store.read({ reader throws(StoreError) in try reader.dealership(dealership) }) != nil
            else {
                throw StoreError.notFound("dealership \(dealership); put it first")
            }
            return try enqueue(messages, dealership, home.intake(store, library), asJSON: arguments.isJSON)
        }
    }

    private static func enqueue(
        _ messages: [[UInt8]], _ dealership: DealershipID, _ intake: Intake, asJSON: Bool
    ) throws -> ExitStatus {
        var status = ExitStatus.ok
        let results = Monitor<[Int: Result<MessageRecord, IntakeError>]>([:])
        var printed = 0
        func print(upTo count: Int) throws {
            while printed < count {
                let next = printed
                let result = results.wait { $0.removeValue(forKey: next) }
                printed += 1
                if case .failure(let error) = result { status = try Self.status(after: error) }
                show(result, line: printed, asJSON: asJSON)
            }
        }
        for (index, message) in messages.enumerated() {
            intake.accept(message, for: dealership) { result in results.update { $0[index] = result } }
            try print(upTo: index + 1 - window)
        }
        try print(upTo: messages.count)
        return status
    }

    /// A refused line is the sender's, and the others go on; a store that cannot take anything ends the command.
    private static func status(after error: IntakeError) throws -> ExitStatus {
        guard case .store(let error) = error else { return .dataError }
        throw error
    }

    private static func show(_ result: Result<MessageRecord, IntakeError>, line: Int, asJSON: Bool) {
        switch result {
        case .success(let record):
            if asJSON { return Terminal.write(record.view) }
            let reason = MessageLine.reason(record).map { "  (\($0))" } ?? ""
            Terminal.write("\(record.id)  \(record.state.rawValue)\(reason)")
        case .failure(let error):
            guard asJSON else { return Terminal.write("line \(line)  refused  (\(error))") }
            var errors: [JSONValue] = []
            if case .refused(let problems) = error {
                errors = problems.problems.map { problem in
                    [
                        "pointer": .string(problem.pointer), "code": .string(problem.code),
                        "detail": .string(problem.detail),
                    ]
                }
            }
            Terminal.write(
                [
                    "line": .integer(line), "state": "refused", "detail": .string("\(error)"),
                    "errors": .array(errors),
                ])
        }
    }

    /// The messages of the input: one JSON value of any number of lines, or one a line.
    private static func messages(_ name: String) throws -> [[UInt8]] {
        let input =
            name == "-"
            ? try Files.read(descriptor: STDIN_FILENO, name: "standard input", limit: inputLimit)
            : try Files.read(name, limit: inputLimit)
        let lines = input.split { $0 == UInt8(ascii: "\n") }.map(Array.init).filter { line in
            !line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        }
        guard let first = lines.first else { throw Failure(.noInput, "\(name) has no message in it") }
        let isOnePerLine = lines.count > 1 && (try? JSONValue(parsing: first)) != nil
        return isOnePerLine ? lines : [input]
    }
}
