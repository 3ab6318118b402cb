// `relais outbox retry|cancel|hold|release`: one act of Delivery's table each, on ids or on the filters of a listing. A line a message;
// 65 if the state of one forbids the act, and the others are done. `resolve` and `resend` go the same way.

import Delivery
import Domain
import Gateway
import Intake
import OutboxStore

/// What the four commands share.
protocol OutboxAct: Command {
    static var act: MessageAct { get }
}

extension OutboxAct {
    static var path: [String] { ["outbox", act.rawValue] }
    static var operands: String { "[ID …]" }
    static var operandCount: ClosedRange<Int> { 0...10_000 }
    static var options: [Option] { MessageSelection.options }

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        try OutboxActs.run(arguments, states: act.states) { store, id in try store.act(act, on: id) }
    }
}

enum OutboxActs {
    /// Does something to each selected message and prints what it is then, or why not.
    static func run(
        _ arguments: Arguments, states: [MessageState], isNotResent: Bool = false,
        _ body: (any StoreCommands, MessageID) throws -> MessageRecord
    ) throws -> ExitStatus {
        try StoreSession.write(try arguments.home()) { store in
            var status = ExitStatus.ok
            let ids = try MessageSelection.ids(
                arguments, states: states, isNotResent: isNotResent, store)
            if ids.isEmpty {
                Terminal.complain(
                    "nothing matches; this is for \(states.map(\.rawValue).joined(separator: ", "))")
            }
            for id in ids {
                do {
                    let record = try body(store, id)
                    arguments.isJSON ? Terminal.write(record.view) : Terminal.write(MessageLine.text(record))
                } catch StoreError.conflict(let reason) {
                    Terminal.complain("relais outbox: \(reason)")
                    status = .dataError
                } catch let error as IntakeError {
                    Terminal.complain("relais outbox: \(id): \(error)")
                    status = .dataError
                } catch let error as StoreError {
                    switch error {
                    case .notFound, .unusable: break
                    default: throw error
                    }
                    Terminal.complain("relais outbox: \(error)")
                    status = .noInput
                }
            }
            return status
        }
    }
}

enum OutboxRetry: OutboxAct {
    static let act = MessageAct.retry
    static let summary = "try failed, expired, cancelled or blocked messages again; the gate is asked"
}

enum OutboxCancel: OutboxAct {
    static let act = MessageAct.cancel
    static let summary = "take back messages that have not begun to leave"
}

enum OutboxHold: OutboxAct {
    static let act = MessageAct.hold
    static let summary = "keep queued messages back until they are released"
}

enum OutboxRelease: OutboxAct {
    static let act = MessageAct.release
    static let summary = "let held messages go on"
}
