// `relais serve`: API, public pages and delivery until SIGTERM.

import Gateway
import Runtime

enum Serve: Command {
    static let path = ["serve"]
    static let summary = "run the API, the public pages and delivery until SIGTERM"

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        TerminationSignal.block()
        TerminationSignal.ignoreHangup()
        OpenFileLimit.raise()
        let gateway = try Gateway(try arguments.home(delivers: true), log: Log())
        gateway.runUntilTerminated()
        return .ok
    }
}
