// `relais serve`: API, public pages and delivery until SIGTERM.

import Gateway
import Runtime

enum Serve: Command {
    static let path = ["serve"]
    static let summary = "run the API, the public pages and delivery until SIGTERM"

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        TerminationSignal.block()
        TerminationSignal.blockHangup()
        OpenFileLimit.raise()
        let home = try arguments.home(delivers: true)
        let gateway = try Gateway(home, log: Log(home.configuration.log))
        gateway.runUntilTerminated()
        return .ok
    }
}
