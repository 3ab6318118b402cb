// `relais request list`: the register, what is overdue first.

import Domain
import OutboxStore
import Runtime

enum RequestList: Command {
    static let path = ["request", "list"]
    static let summary = "list people's requests, the overdue first"
    static let options = [
        Option("--dealership", "ID", "only this dealership"),
        Option("--open", nil, "only those that were not answered yet"),
    ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let dealership = try arguments.value("--dealership", DealershipID.init)
        let requests = try StoreSession.read(try arguments.home()) { reader in
            if let dealership { try reader.requireDealership(dealership) }
            return try reader.requests(dealership: dealership, isOpen: arguments.has("--open"))
        }
        let now = WallClock.system.now()
        for request in requests {
            arguments.isJSON
                ? Terminal.write(request.view(at: now)) : Terminal.write(RequestLine.text(request, at: now))
        }
        return .ok
    }
}
