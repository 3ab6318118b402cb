// Who calls: the bearer key of a request, looked up by its id and compared in constant time. An unknown id, a wrong secret, a malformed key
// and one that was revoked or has expired get the same answer. The store is asked every time, so a key
// ends with its revocation.

import Crypto
import HTTPServer
import OutboxStore
import Runtime

struct Authentication: Sendable {
    let store: OutboxStore
    let clock: WallClock
    let log: Log

    /// The answer to a caller who may not.
    struct Refusal: Error {
        let response: HTTPResponse
    }

    /// The key of a request.
    func key(of request: HTTPRequest) throws(Refusal) -> APIKeyRecord {
        guard let header = request["Authorization"], header.lowercased().hasPrefix("bearer "),
            let presented = APIKey.parse(String(header.dropFirst("bearer ".count)))
        else { throw unauthorized }
        let record: APIKeyRecord?
        do {
            record = try store.read { reader throws(StoreError) in try reader.apiKey(presented.id) }
        } catch {
            throw Refusal(response: Problem.response(error, log))
        }
        guard let record, Crypto.areEqual(record.secretDigest, presented.secretDigest),
            record.state(at: clock.now()) == .valid
        else { throw unauthorized }
        return record
    }

    /// Refuses a key that is not for an operation: of the other kind, or without its scope.
    func check(_ key: APIKeyRecord, for scope: APIKeyScope, _ holder: Operation.KeyHolder) throws(Refusal) {
        switch (holder, key.dealership) {
        case (.dealership, nil):
            throw forbidden("key-holder", "this is for a dealership's own key; this one is the gateway's")
        case (.gateway, _?):
            throw forbidden("key-holder", "this is for the gateway's key; this one is a dealership's")
        default: break
        }
        guard key.scopes.contains(scope) else {
            throw forbidden("scope", "this key does not have the scope \(scope.rawValue)")
        }
    }

    private func forbidden(_ code: String, _ detail: String) -> Refusal {
        Refusal(response: Problem.response(403, code, detail))
    }

    private var unauthorized: Refusal {
        Refusal(
            response: Problem.response(
                401, "unauthorized", "a valid API key is needed: Authorization: Bearer relais_…",
                headers: [HTTPField(name: "WWW-Authenticate", value: "Bearer")]))
    }
}
