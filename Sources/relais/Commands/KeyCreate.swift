// `relais key create`: makes an API key of a dealership, or the gateway's own, and shows it, this once. The store keeps a digest.

import Domain
import JSON
import OutboxStore
import Runtime

enum KeyCreate: Command {
    static let path = ["key", "create"]
    static let summary = "make an API key; it is shown once"
    static let options = [
        Option("--dealership", "ID", "whose key"),
        Option("--gateway", nil, "the gateway's own key instead, for dealerships' records (scope admin)"),
        Option("--scope", "SCOPES", "send, read, consent, rights, admin; several with commas"),
        Option(
            "--expires", "TERM", "90d, the day (2027-01-31, as it begins in UTC) or the time that ends it"),
        Option("--name", "TEXT", "what it is for, to tell it from others"),
    ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let now = WallClock.system.now()
        let dealership = try arguments.value("--dealership", DealershipID.init)
        guard (dealership == nil) == arguments.has("--gateway") else {
            throw Failure(.usage, "whose key is it? Give --dealership ID, or --gateway")
        }
        let key = APIKey.mint(
            dealership: dealership, scopes: try scopes(arguments, of: dealership),
            name: try arguments.value("--name", name),
            expiresAt: try arguments.value("--expires") { text throws(ValueError) in
                try end(text, after: now)
            }, at: now)
        try StoreSession.write(try arguments.home()) { try $0.insert(key.record) }
        if arguments.isJSON {
            Terminal.write(["id": .string(key.record.id.description), "key": .string(key.text)])
        } else {
            Terminal.write(key.text)
            let holder = dealership?.text ?? "the gateway"
            Terminal.complain("\(key.record.id) of \(holder); the key is shown this once")
        }
        return .ok
    }

    /// A gateway's key does one thing, so its scope need not be said.
    private static func scopes(
        _ arguments: Arguments, of dealership: DealershipID?
    ) throws -> Set<APIKeyScope> {
        if dealership == nil, arguments["--scope"] == nil { return [.admin] }
        let scopes = Set(
            try arguments.required("--scope").split(separator: ",").map { word in
                guard let scope = APIKeyScope(rawValue: String(word)) else {
                    let words = APIKeyScope.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Failure(.usage, "--scope must be of: \(words)")
                }
                return scope
            })
        guard !scopes.isEmpty else { throw Failure(.usage, "--scope must name at least one") }
        guard dealership != nil || scopes == [.admin] else {
            throw Failure(
                .usage, "--scope of a --gateway key is admin: it does nothing with a dealership's messages")
        }
        return scopes
    }

    private static func name(_ text: String) throws(ValueError) -> String {
        guard (1...100).contains(text.utf8.count), text.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
            throw ValueError("must be one line of 1 to 100 bytes")
        }
        return text
    }

    private static func end(_ text: String, after now: Timestamp) throws(ValueError) -> Timestamp {
        let term = try? Duration(configured: text)
        guard
            let end = term.map({ now + $0 }) ?? (try? Timestamp(text))
                ?? (try? Timestamp(text + "T00:00:00Z"))
        else {
            throw ValueError("must be a term such as 90d, a day such as 2027-01-31, or a time (RFC 3339)")
        }
        guard end > now else { throw ValueError("must lie ahead") }
        return end
    }
}
