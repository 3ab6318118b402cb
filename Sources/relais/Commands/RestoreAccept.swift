// `relais restore accept`: an older store was put back and somebody takes responsibility for it. What it shows as waiting may have been
// sent since, so it is held; then the fence comes down and new messages leave again.

import OutboxStore

enum RestoreAccept: Command {
    static let path = ["restore", "accept"]
    static let summary = "let a store that was put back send again; what waited in it is held"

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let held = try StoreSession.write(try arguments.home()) { try $0.acceptRestore() }
        if arguments.isJSON {
            Terminal.write(["held": .integer(held)])
        } else {
            Terminal.write("the fence is down; \(held) messages are held")
            if held > 0 {
                Terminal.complain(
                    "note: they may have been sent since the copy was made: look in the relay's log, then "
                        + "relais outbox release or cancel --state held")
            }
        }
        return .ok
    }
}
