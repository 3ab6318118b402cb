// `relais key list`: which keys there are, whose, for what and until when; never a secret.

import Domain
import OutboxStore
import Runtime

enum KeyList: Command {
    static let path = ["key", "list"]
    static let summary = "list API keys, without their secrets"
    static let options = [Option("--dealership", "ID", "only this dealership's")]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let dealership = try arguments.value("--dealership", DealershipID.init)
        let keys = try StoreSession.read(try arguments.home()) { reader in
            if let dealership { try reader.requireDealership(dealership) }
            return try reader.apiKeys(of: dealership)
        }
        let now = WallClock.system.now()
        for key in keys {
            arguments.isJSON ? Terminal.write(key.view(at: now)) : Terminal.write(line(key, at: now))
        }
        if keys.isEmpty { Terminal.complain("there is no key") }
        return .ok
    }

    private static func line(_ key: APIKeyRecord, at now: Timestamp) -> String {
        let state: String =
            switch key.state(at: now) {
            case .valid: key.expiresAt.map { "valid until \($0.text)" } ?? "valid"
            case .expired: "EXPIRED \(key.expiresAt?.text ?? "")"
            case .revoked: "REVOKED \(key.revokedAt?.text ?? "")"
            }
        return [
            key.id.description, key.dealership?.text ?? "gateway", key.scopeText, state,
            "made \(key.id.moment.text)", key.name,
        ].compactMap(\.self).joined(separator: "  ")
    }
}
