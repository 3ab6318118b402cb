// `relais consent verify [--checkpoint FILE]`: walks every dealership's chain. 65 if one does not hold, with the entry where it breaks.

import OutboxStore

enum ConsentVerify: Command {
    static let path = ["consent", "verify"]
    static let summary = "check every ledger chain from its first entry to its last"
    static let options = [
        Option("--checkpoint", "FILE", "hold the chains against what relais consent checkpoint wrote")
    ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let home = try arguments.home()
        let checkpoints = try arguments["--checkpoint"].map {
            try CheckpointFile.read($0, home.keys.signingPublicKey)
        }
        let verifications = try StoreSession.read(home) { try $0.verifyLedgers(against: checkpoints ?? []) }
        for verification in verifications {
            if arguments.isJSON {
                Terminal.write([
                    "dealership": .optional(verification.dealership),
                    "entries": .integer(verification.entries),
                    "checkpoint": verification.checkpoint.map { .integer($0.seq) } ?? .null,
                    "fault": .optional(verification.fault?.description),
                    "missingNotice": .optional(verification.missingNotice?.description),
                ])
            } else {
                let result =
                    verification.fault.map { "BROKEN: \($0)" }
                    ?? verification.missingNotice.map { "INCOMPLETE: \($0)" } ?? "whole"
                    + (checkpoints == nil ? "" : comparison(verification))
                let chain = verification.dealership.map { "\($0)  \(verification.entries) entries" }
                Terminal.write("\(chain ?? "of no dealership")  \(result)")
            }
        }
        return verifications.allSatisfy { $0.fault == nil && $0.missingNotice == nil } ? .ok : .dataError
    }

    private static func comparison(_ verification: LedgerVerification) -> String {
        verification.checkpoint.map { "; up to \($0.seq) the same as at \($0.at.text)" }
            ?? "; not in the checkpoint"
    }
}
