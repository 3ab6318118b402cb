// `relais outbox explain ID`: why a message was sent or not, decided once more from the record. It reads the store alone, so a backup
// answers too. 65 when the record says something else than was decided then: one of the two was altered.

import Consent
import Domain
import JSON
import OutboxStore

enum OutboxExplain: Command {
    static let path = ["outbox", "explain"]
    static let summary = "why a message was sent or not, decided once more from the record"
    static let operands = "ID"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let id = try MessageSelection.id(arguments.operands[0])
        guard let explanation = try StoreSession.read(try arguments.home(), { try $0.explanation(id) }) else {
            throw StoreError.notFound("message \(id)")
        }
        arguments.isJSON
            ? Terminal.write(explanation.view)
            : lines(explanation).forEach { Terminal.write($0) }
        return explanation.decision?.isSameAgain == false ? .dataError : .ok
    }

    private static func lines(_ explanation: MessageExplanation) -> [String] {
        let record = explanation.record
        let head = [
            "\(record.id)  \(record.state.rawValue)"
                + (MessageLine.reason(record).map { "  (\($0))" } ?? ""),
            "  because    \(explanation.sentence)",
            "  decided by \(explanation.decider.rawValue)",
            "  template   \(record.template)  sha256:\(Hexadecimal.text(of: record.templateDigest))",
            "  providers  \(explanation.providers.isEmpty ? "-" : explanation.providers.joined(separator: ", "))",
        ]
        guard let decision = explanation.decision else {
            return head + [
                "  gate       asked by a version that kept no record of it: it cannot be decided again"
            ]
        }
        return head + lines(decision)
    }

    private static func lines(_ decision: MessageExplanation.Decision) -> [String] {
        let question = decision.question
        let references = question.references.all.map(\.description).joined(separator: " ")
        let again = decision.again
        var lines = [
            "  gate       asked at \(question.at.text), up to ledger entry \(decision.seq)",
            "  asked for  \(question.purpose) (\(question.class.rawValue)) by \(question.channel.rawValue)",
            "  references \(references)"
                + (decision.countsCustomer ? "" : "  (the customer number came with too many addresses)"),
            "  rule       \(question.class.rule)",
            "  verdict    \(decision.verdict)\(decision.entry.map { ", \($0)" } ?? "")",
            "  again      \(again.verdict.word)\(again.entry.map { ", \($0)" } ?? "")"
                + (decision.isSameAgain ? "  the same" : "  NOT THE SAME: run relais consent verify"),
        ]
        for entry in decision.entries {
            lines.append(
                "  entry      \(EntryLine.text(entry))\(entry.id == decision.entry ? "  DECIDED" : "")")
        }
        return lines
    }
}
