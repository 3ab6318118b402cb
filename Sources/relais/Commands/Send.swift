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

    /// Prints every answer in order. A refused line is its sender's, and the others go on; a store that cannot write ends the command, and
    /// what was begun until then is still answered line by line.
    private static func enqueue(
        _ messages: [ArraySlice<UInt8>], _ dealership: DealershipID, _ intake: Intake, asJSON: Bool
    ) throws -> ExitStatus {
        var answered = 0
        var refused = 0
        var storeError: StoreError?
        intake.acceptEach(messages, for: dealership) { result in
            answered += 1
            if case .failure(let error) = result {
                refused += 1
                if case .store(let error) = error { storeError = storeError ?? error }
            }
            show(result, line: answered, asJSON: asJSON)
        }
        if let storeError {
            let accepted = answered - refused
            throw Failure(
                Failure(storeError).status,
                "\(storeError); \(accepted) of \(messages.count) messages are accepted, as printed")
        }
        return refused == 0 ? .ok : .dataError
    }

    private static func show(_ result: Result<AcceptedMessage, IntakeError>, line: Int, asJSON: Bool) {
        switch result {
        case .success(let message):
            Terminal.write(asJSON ? message.answer : text(message))
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

    /// Id, state and reason of an answer; a repeated key's answer is the first one's.
    private static func text(_ message: AcceptedMessage) -> String {
        guard let view = try? JSONValue(parsing: Array(message.answer.utf8)) else { return message.answer }
        func text(_ value: JSONValue?) -> String? { if case .string(let text) = value { text } else { nil } }
        let reason = [text(view["reason"]?["code"]), text(view["reason"]?["entry"])].compactMap { $0 }
        let notes = [reason.joined(separator: ", "), message.isReplayed ? "replayed" : ""].filter {
            !$0.isEmpty
        }
        return ([text(view["id"]) ?? "", text(view["state"]) ?? ""] + notes.map { "(\($0))" })
            .joined(separator: "  ")
    }

    /// The messages of the input: one JSON value of any number of lines, or one a line.
    private static func messages(_ name: String) throws -> [ArraySlice<UInt8>] {
        let input =
            name == "-"
            ? try Files.read(descriptor: STDIN_FILENO, name: "standard input", limit: inputLimit)
            : try Files.read(name, limit: inputLimit)
        let lines = Array(NDJSONLines(input))
        guard !lines.isEmpty else { throw Failure(.noInput, "\(name) has no message in it") }
        // One value over many lines, unless only the lines by themselves are JSON.
        let isWhole = lines.count == 1 || (try? JSONValue(parsing: input)) != nil
        let isOnePerLine = !isWhole && lines.contains { (try? JSONValue(parsing: Array($0))) != nil }
        return isOnePerLine ? lines : [input[...]]
    }
}
