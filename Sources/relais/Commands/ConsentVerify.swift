// `relais consent verify`: walks every dealership's chain. 65 if one does not hold, with the entry where it breaks.

import OutboxStore

enum ConsentVerify: Command {
    static let path = ["consent", "verify"]
    static let summary = "check every ledger chain from its first entry to its last"

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let verifications = try StoreSession.read(try arguments.home()) { try $0.verifyLedgers() }
        for verification in verifications {
            if arguments.isJSON {
                Terminal.write([
                    "dealership": .string(verification.dealership), "entries": .integer(verification.entries),
                    "fault": .optional(verification.fault?.description),
                ])
            } else {
                let result = verification.fault.map { "BROKEN: \($0)" } ?? "whole"
                Terminal.write("\(verification.dealership)  \(verification.entries) entries  \(result)")
            }
        }
        return verifications.allSatisfy { $0.fault == nil } ? .ok : .dataError
    }
}
