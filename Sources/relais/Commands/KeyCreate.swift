// `relais key create --dealership ID --scope send,read`: makes an API key and shows it, this once. The store keeps a digest.

import Domain
import JSON
import OutboxStore
import Runtime

enum KeyCreate: Command {
    static let path = ["key", "create"]
    static let summary = "make an API key; it is shown once"
    static let options = [
        Option("--dealership", "ID", "whose key"),
        Option("--scope", "SCOPES", "send, read, consent, rights, admin; several with commas"),
        Option("--gateway", nil, "not yet: no request takes a gateway key"),
    ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        guard !arguments.has("--gateway") else {
            throw Failure(.usage, "--gateway: no request of this version takes a gateway key yet")
        }
        let dealership = try arguments.requiredValue("--dealership", DealershipID.init)
        let scopes = try scopes(try arguments.required("--scope"))
        let key = APIKey.mint(dealership: dealership, scopes: scopes, at: WallClock.system.now())
        try StoreSession.write(try arguments.home()) { try $0.insert(key.record) }
        if arguments.isJSON {
            Terminal.write(["id": .string(key.record.id.description), "key": .string(key.text)])
        } else {
            Terminal.write(key.text)
            Terminal.complain("\(key.record.id) of \(dealership); the key is shown this once")
        }
        return .ok
    }

    private static func scopes(_ text: String) throws -> Set<APIKeyScope> {
        Set(
            try text.split(separator: ",").map { word in
                guard let scope = APIKeyScope(rawValue: String(word)) else {
                    let words = APIKeyScope.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Failure(.usage, "--scope must be of: \(words)")
                }
                return scope
            })
    }
}
