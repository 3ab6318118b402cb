// `relais key revoke ID`: the key is none from the next request on. It cannot be made valid again.

import Domain
import OutboxStore
import Runtime

enum KeyRevoke: Command {
    static let path = ["key", "revoke"]
    static let summary = "end an API key, from the next request on"
    static let operands = "ID"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let id: APIKeyID
        do {
            id = try APIKeyID(arguments.operands[0])
        } catch {
            throw Failure(.usage, "ID \(error.reason): relais key list shows them")
        }
        let key = try StoreSession.write(try arguments.home()) { try $0.revoke(id) }
        if arguments.isJSON {
            Terminal.write(key.view(at: WallClock.system.now()))
        } else {
            Terminal.write("\(key.id)  revoked \(key.revokedAt?.text ?? "")")
        }
        return .ok
    }
}
