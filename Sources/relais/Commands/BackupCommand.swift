// `relais backup DEST`: a whole, stamped copy of the store, beside a running gateway or without one. The keys are not in it.

import Gateway
import OutboxStore
import Runtime

enum BackupCommand: Command {
    static let path = ["backup"]
    static let summary = "copy the store to a new file, while the gateway runs or not"
    static let operands = "DEST"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let destination = arguments.operands[0]
        let home = try arguments.home()
        // Opened once as every reader is: a store of another version or key is refused before anything is copied.
        _ = try home.openReader()
        try Backup.write(of: home.configuration.storePath, to: destination, at: WallClock.system.now())
        if arguments.isJSON {
            Terminal.write(["backup": .string(destination)])
        } else {
            Terminal.write("\(destination) is a copy of \(home.configuration.storePath)")
            Terminal.complain(
                "note: secret.key is not in it; keep the two apart. A restored copy sends nothing until relais restore accept"
            )
        }
        return .ok
    }
}
