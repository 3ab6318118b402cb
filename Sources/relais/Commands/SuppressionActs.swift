// `relais suppression list|add|lift`: dead addresses, which are the `bounced` entries of the ledger. A dead address ends by itself after
// 180 days; lifting it ends that entry alone, so that an objection to the same channel goes on.

import Consent
import Domain
import Gateway
import Intake
import JSON
import OutboxStore
import Runtime

enum SuppressionList: Command {
    static let path = ["suppression", "list"]
    static let summary = "list addresses that are known to be dead, and until when"
    static let options = [Option("--dealership", "ID", "whose contacts")]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let dealership = try arguments.requiredValue("--dealership", DealershipID.init)
        let home = try arguments.home()
        let dead = try StoreSession.read(home) { reader in
            guard try reader.dealership(dealership) != nil else {
                throw StoreError.notFound("dealership \(dealership)")
            }
            return try reader.deadAddresses(dealership: dealership, at: WallClock.system.now())
        }
        for entry in dead {
            let until = entry.until?.text ?? ""
            if arguments.isJSON {
                Terminal.write([
                    "contact": .string(entry.contact.description),
                    "channel": .optional(entry.channel?.rawValue),
                    "since": .string(entry.occurredAt.text), "until": .string(until),
                    "method": .string(entry.method.rawValue), "entry": .string(entry.id.description),
                ])
            } else {
                Terminal.write(
                    "\(entry.contact)  \(entry.channel?.rawValue ?? "-")  since \(entry.occurredAt.text)  "
                        + "until \(until)  by \(entry.method.rawValue)  \(entry.id)")
            }
        }
        if dead.isEmpty { Terminal.complain("no address of \(dealership) is known to be dead") }
        return .ok
    }
}

enum SuppressionAdd: Command {
    static let path = ["suppression", "add"]
    static let summary = "note that an address is dead: nothing is sent to it for 180 days"
    static let options =
        SuppressionAct.person + [
            Option("--channel", "CHANNEL", "email or sms, where the person is named by reference"),
            Option("--evidence", "TEXT", "how you know; kept beside the chain"),
        ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        try SuppressionAct.run(arguments) { statement, home, dealership in
            statement.event = .bounced
            statement.channel = try arguments.word("--channel", Channel.self)
            return try StoreSession.write(home) { store in
                let (act, proof) = try ConsentRecord.prepared(statement, dealership, home, store)
                return [try store.record(act, dealership: dealership, proof: proof)]
            }
        }
    }
}

enum SuppressionLift: Command {
    static let path = ["suppression", "lift"]
    static let summary = "say that an address is not dead: messages are sent to it again"
    static let options =
        SuppressionAct.person + [
            Option("--evidence", "TEXT", "how you know; kept beside the chain; required")
        ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        _ = try arguments.required("--evidence")
        return try SuppressionAct.run(arguments) { statement, home, dealership in
            let (_, contact) = try ContactOptions.reference(arguments, home)
            let dead = try home.openReader().deadAddresses(
                dealership: dealership, at: WallClock.system.now()
            ).filter { $0.contact == contact }
            guard !dead.isEmpty else {
                throw StoreError.notFound("dead address under \(contact) of \(dealership)")
            }
            return try StoreSession.write(home) { store in
                try dead.map { entry in
                    statement.event = .lifted
                    statement.channel = entry.channel
                    var (act, proof) = try ConsentRecord.prepared(statement, dealership, home, store)
                    act.refersTo = entry.id
                    return try store.record(act, dealership: dealership, proof: proof)
                }
            }
        }
    }
}

/// What the two acts share.
private enum SuppressionAct {
    static let person = ContactOptions.all.filter { $0.name != "--customer" }

    static func run(
        _ arguments: Arguments,
        _ record: (inout ConsentStatement, Home, DealershipID) throws -> [RecordedConsent]
    ) throws -> ExitStatus {
        let home = try arguments.home()
        let (dealership, subject) = try ContactOptions.subject(arguments, home)
        var statement = ConsentStatement(
            subject: subject, event: .bounced, scope: .channel, occurredAt: WallClock.system.now(),
            method: .operator, actor: Author.atKeyboard.actor, evidence: arguments["--evidence"])
        let recorded = try record(&statement, home, dealership)
        for entry in recorded.flatMap({ $0.added + $0.standing }) {
            arguments.isJSON ? Terminal.write(entry.view) : Terminal.write(EntryLine.text(entry))
        }
        if recorded.allSatisfy(\.added.isEmpty) {
            Terminal.complain("it stands already; nothing was written")
        }
        return .ok
    }
}
