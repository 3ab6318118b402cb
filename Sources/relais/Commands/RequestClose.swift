// `relais request close ID`: how a request ended and what was answered. It changes nothing else.

import Domain
import OutboxStore
import Runtime

enum RequestClose: Command {
    static let path = ["request", "close"]
    static let summary = "note how a person's request was answered"
    static let operands = "ID"
    static let operandCount = 1...1
    static let options = [
        Option("--outcome", "OUTCOME", "fulfilled, refused or withdrawn"),
        Option("--answer", "TEXT", "what was answered; for a refusal the reason"),
    ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        _ = try arguments.required("--outcome")
        guard let outcome = try arguments.word("--outcome", SubjectRequest.Outcome.self) else {
            return .usage
        }
        let id: SubjectRequestID
        do {
            id = try SubjectRequestID(arguments.operands[0])
        } catch {
            throw Failure(.usage, "ID \(error.reason)")
        }
        let closing = RequestClosing(id, outcome: outcome, answer: arguments["--answer"])
        let request = try StoreSession.write(try arguments.home()) { try $0.close(closing) }
        let now = WallClock.system.now()
        arguments.isJSON
            ? Terminal.write(request.view(at: now)) : Terminal.write(RequestLine.text(request, at: now))
        return .ok
    }
}
