// `relais consent checkpoint [FILE]`: signs where every chain ends, for keeping elsewhere. Only chains that are whole are signed, and an
// earlier checkpoint is written over only by one that continues it: what was tampered with is never vouched for.

import Consent
import Crypto
import Domain
import JSON
import OutboxStore
import Runtime

enum ConsentCheckpoint: Command {
    static let path = ["consent", "checkpoint"]
    static let summary = "sign where every ledger chain ends, for keeping elsewhere"
    static let operands = "[FILE]"
    static let operandCount = 0...1

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let home = try arguments.home()
        let file = arguments.operands.first
        let earlier =
            try file.map { Files.exists($0) ? try CheckpointFile.read($0, home.keys.signingPublicKey) : [] }
            ?? []
        let moment = WallClock.system.now()
        let verifications = try StoreSession.read(home) { try $0.verifyLedgers(against: earlier) }
        let faults = verifications.compactMap { verification in
            verification.fault.map { "\(verification.dealership ?? "of no dealership"): \($0)" }
        }
        guard faults.isEmpty else {
            throw Failure(
                .dataError, "the ledger does not hold; nothing was signed: \(faults.joined(separator: "; "))")
        }
        let checkpoints = try verifications.compactMap { verification in
            try verification.dealership.map {
                LedgerCheckpoint(
                    dealership: try DealershipID($0), seq: verification.entries,
                    hash: verification.lastHash, at: moment)
            }
        }
        let lines = checkpoints.map { SignedStatement.checkpoint.seal($0.payload, with: home.keys) }
        if let file {
            try Files.replace(file, Array(lines.map { $0 + "\n" }.joined().utf8), mode: 0o600)
        }
        if arguments.isJSON {
            for (checkpoint, line) in zip(checkpoints, lines) {
                Terminal.write(["checkpoint": .string(line), "payload": checkpoint.payload])
            }
        } else if let file {
            Terminal.write("\(file) has \(lines.count) checkpoints; keep it where this machine cannot write")
        } else {
            for line in lines { Terminal.write(line) }
        }
        return .ok
    }
}
