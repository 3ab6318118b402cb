// Who calls: the bearer key of a request, looked up by its id and compared in constant time. An unknown id, a wrong secret and
// a malformed key get the same answer.

import Crypto
import HTTPServer
import OutboxStore
import Runtime

struct Authentication: Sendable {
    let store: OutboxStore
    let log: Log

    /// The answer to a caller who may not.
    struct Refusal: Error {
        let response: HTTPResponse
    }

    /// The key of a request, which must have the scope.
    func caller(of request: HTTPRequest, needing scope: APIKeyScope) throws(Refusal) -> APIKeyRecord {
        guard let header = request["Authorization"], header.lowercased().hasPrefix("bearer "),
            let presented = APIKey.parse(String(header.dropFirst("bearer ".count)))
        else { throw unauthorized }
        let record: APIKeyRecord?
        do {
            record = try store.read { reader throws(StoreError) in try reader.apiKey(presented.id) }
        } catch {
            throw Refusal(response: Problem.response(error, log))
        }
        guard let record, Crypto.areEqual(record.secretDigest, presented.secretDigest) else {
            throw unauthorized
        }
        guard record.scopes.contains(scope) else {
            throw Refusal(
                response: Problem.response(403, "scope", "this key does not have the scope \(scope.rawValue)")
            )
        }
        return record
    }

    private var unauthorized: Refusal {
        Refusal(
            response: Problem.response(
                401, "unauthorized", "a valid API key is needed: Authorization: Bearer relais_…",
                headers: [HTTPField(name: "WWW-Authenticate", value: "Bearer")]))
    }
}
