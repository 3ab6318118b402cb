// One line of the table of what can be requested: method, path, what it does, and what answers. An object, because every request passes it from
// hand to hand.

import Domain
import HTTPServer
import OutboxStore
import Runtime

package final class Route: Sendable {
    package let method: String
    package let path: PathPattern
    package let operation: Operation
    /// What the log says of a request: method and template, never the path, which may hold a token.
    let logged: (method: LogValue, path: LogValue)
    let handler: @Sendable (Call, @escaping Answer) -> Void

    init(
        _ method: StaticString, _ path: StaticString, _ operation: Operation,
        _ handler: @escaping @Sendable (Call, @escaping Answer) -> Void
    ) {
        self.method = "\(method)"
        self.path = PathPattern("\(path)")
        logged = (LogValue(stringLiteral: method), LogValue(stringLiteral: path))
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
