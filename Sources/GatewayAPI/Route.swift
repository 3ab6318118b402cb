// One line of the table of what can be requested: method, path, what it does, and what answers.

import Domain
import HTTPServer
import OutboxStore

package struct Route: Sendable {
    package let method: String
    package let path: PathPattern
    package let operation: Operation
    let handler: @Sendable (Call, @escaping Answer) -> Void

    init(
        _ method: String, _ path: String, _ operation: Operation,
        _ handler: @escaping @Sendable (Call, @escaping Answer) -> Void
    ) {
        self.method = method
        self.path = PathPattern(path)
        self.operation = operation
        self.handler = handler
    }
}

/// One request on its way to a handler: its path's values, and the key where the route needs one.
struct Call: Sendable {
    let request: HTTPRequest
    let values: [String: String]
    var key: APIKeyRecord?

    /// The dealership that calls; nil where the gateway's key does.
    var caller: Caller? {
        guard let key, let dealership = key.dealership else { return nil }
        return Caller(id: key.id, dealership: dealership)
    }
}

/// A dealership, by one of its keys.
struct Caller: Sendable {
    let id: APIKeyID
    let dealership: DealershipID
}
