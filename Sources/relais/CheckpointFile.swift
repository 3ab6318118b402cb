// A file of signed checkpoints as `consent checkpoint` writes it, one a line. It counts only if every line of it was signed with this home's
// key: what else stands in it is somebody's mistake, or his forgery (65).

import Consent
import Crypto
import Domain
import Runtime

enum CheckpointFile {
    static func read(_ path: String, _ key: PublicKey) throws -> [LedgerCheckpoint] {
        let text = String(decoding: try Files.read(path, limit: 64 << 20), as: UTF8.self)
        let lines = text.split(separator: "\n")
        guard !lines.isEmpty else { throw Failure(.dataError, "\(path) has no checkpoint in it") }
        return try lines.enumerated().map { index, line in
            do {
                return try LedgerCheckpoint(
                    payload: try SignedStatement.checkpoint.open(String(line), key: key))
            } catch {
                throw Failure(.dataError, "\(path), line \(index + 1): \(error)")
            }
        }
    }
}
