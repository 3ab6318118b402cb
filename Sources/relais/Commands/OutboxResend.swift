// `relais outbox resend ID… [--to FILE]`: makes a new message of what an old one was composed from, for the same person or for another.
// Filters match only what nobody has resent yet and is no copy itself, so that a command which was interrupted can be given again.

import Composer
import Delivery
import Domain
import Gateway
import Glibc
import Intake
import JSON
import OutboxStore
import Runtime

enum OutboxResend: Command {
    static let path = ["outbox", "resend"]
    static let summary = "send again as new messages, composed anew; the gate is asked"
    static let operands = "[ID …]"
    static let operandCount = 0...10_000
    static let options =
        [Option("--to", "FILE|-", "another recipient: a JSON object like a message's to")]
        + MessageSelection.options

    /// A recipient has five short fields.
    private static let recipientLimit = 16 << 10

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let recipient = try arguments["--to"].map(recipient)
        let home = try arguments.home()
        let library = try home.templateLibrary()
        return try OutboxActs.run(arguments, states: Resend.states, isNotResent: true) { store, id in
            try resend(id, to: recipient, store, home.intake(store, library))
        }
    }

    private static func resend(
        _ id: MessageID, to recipient: JSONValue?, _ store: any StoreCommands, _ intake: Intake
    ) throws -> MessageRecord {
        let result = Monitor<Result<AcceptedMessage, IntakeError>?>(nil)
        intake.resend(id, to: recipient) { answer in result.update { $0 = answer } }
        switch result.wait({ $0 }) {
        case .success(let accepted):
            let record = try store.read { reader throws(StoreError) in try reader.message(accepted.id) }
            guard let record else { throw StoreError.notFound("message \(accepted.id)") }
            return record
        case .failure(.store(let error)): throw error
        case .failure(let error): throw error
        }
    }

    /// The object in a file: an address is personal, and what stands on a command line is read by every user of the machine.
    private static func recipient(_ name: String) throws -> JSONValue {
        let bytes =
            name == "-"
            ? try Files.read(descriptor: STDIN_FILENO, name: "standard input", limit: recipientLimit)
            : try Files.read(name, limit: recipientLimit)
        let json = try JSONValue(parsing: bytes)
        guard case .object = json else {
            throw Failure(.dataError, "--to: \(name) must have a JSON object like a message's to")
        }
        return json
    }
}
