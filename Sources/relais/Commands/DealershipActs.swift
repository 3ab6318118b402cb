// `relais dealership remove|hold|release ID`: what is done to a whole dealership, also beside a running gateway, where it counts at once.

import Domain
import OutboxStore

enum DealershipRemove: Command {
    static let path = ["dealership", "remove"]
    static let summary = "end a dealership's record and keys; its ledger stays"
    static let operands = "ID"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let id = try arguments.dealership()
        try StoreSession.write(try arguments.home()) { try $0.remove(id) }
        if arguments.isJSON {
            Terminal.write(["id": .string(id.text), "removed": true])
        } else {
            Terminal.write("\(id)  removed; its keys are revoked, its ledger and its links stay")
        }
        return .ok
    }
}

enum DealershipHold: Command {
    static let path = ["dealership", "hold"]
    static let summary = "let nothing of a dealership leave; what it accepts waits"
    static let operands = "ID"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        try arguments.setHold(true)
    }
}

enum DealershipRelease: Command {
    static let path = ["dealership", "release"]
    static let summary = "end a dealership's hold; what waited for that goes on"
    static let operands = "ID"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        try arguments.setHold(false)
    }
}

extension Arguments {
    fileprivate func setHold(_ isHeld: Bool) throws -> ExitStatus {
        let id = try dealership()
        let count = try StoreSession.write(try home()) { try $0.setHold(isHeld, of: id) }
        if isJSON {
            Terminal.write(["id": .string(id.text), "held": .bool(isHeld), "messages": .integer(count)])
        } else {
            Terminal.write("\(id)  \(isHeld ? "held" : "released"), \(count) messages")
        }
        return .ok
    }
}
