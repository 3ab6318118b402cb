// `relais outbox stats`: messages in numbers, by dealership, day of UTC, purpose and state; nobody's data are in it.

import Domain
import OutboxStore

enum OutboxStats: Command {
    static let path = ["outbox", "stats"]
    static let summary = "count messages by dealership, day, purpose and state"
    static let options = [
        Option("--dealership", "ID", "only this dealership"),
        Option("--since", "TIME", "only messages accepted since (RFC 3339)"),
    ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let dealership = try arguments.value("--dealership", DealershipID.init)
        let since = try arguments.value("--since") { text throws(ValueError) in try Timestamp(text) }
        let counts = try StoreSession.read(try arguments.home()) { reader in
            if let dealership { try reader.requireDealership(dealership) }
            return try reader.messageCounts(of: dealership, since: since)
        }
        for count in counts {
            if arguments.isJSON {
                Terminal.write([
                    "dealership": .string(count.dealership), "day": .string(count.day),
                    "purpose": .string(count.purpose), "state": .string(count.state),
                    "count": .integer(count.count),
                ])
            } else {
                Terminal.write(
                    "\(count.day)  \(count.dealership)  \(count.purpose)  \(count.state)  \(count.count)")
            }
        }
        if counts.isEmpty { Terminal.complain("no message matches") }
        return .ok
    }
}
