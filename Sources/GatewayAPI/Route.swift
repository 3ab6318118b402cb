// The one table of what can be requested: method, path, the body's limit, who may call, and what answers. A `{name}` in a path
// stands for one segment. Tests of authorisation walk the same table.

import HTTPServer
import OutboxStore

package struct Route: Sendable {
    package let method: String
    package let path: String
    /// The scope that a key needs; nil for what anybody may request.
    package let scope: APIKeyScope?
    /// Bytes.
    package let bodyLimit: Int
    /// How long the handler may take; nil for the server's usual time.
    let handlerDeadline: Duration?
    let handler: @Sendable (Call, @escaping Answer) -> Void

    init(
        _ method: String, _ path: String, scope: APIKeyScope?, bodyLimit: Int = 0,
        handlerDeadline: Duration? = nil, handler: @escaping @Sendable (Call, @escaping Answer) -> Void
    ) {
        self.method = method
        self.path = path
        self.scope = scope
        self.bodyLimit = bodyLimit
        self.handlerDeadline = handlerDeadline
        self.handler = handler
    }

    /// The values of the path's `{name}` segments, or nil when the path is another.
    func match(_ requested: String) -> [String: String]? {
        let pattern = path.split(separator: "/", omittingEmptySubsequences: false)
        let segments = requested.split(separator: "/", omittingEmptySubsequences: false)
        guard pattern.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (expected, segment) in zip(pattern, segments) {
            if expected.hasPrefix("{") {
                guard !segment.isEmpty else { return nil }
                values[String(expected.dropFirst().dropLast())] = String(segment)
            } else if expected != segment {
                return nil
            }
        }
        return values
    }
}

/// One request on its way to a handler: its path's values, and the caller where the route needs one.
struct Call: Sendable {
    let request: HTTPRequest
    let values: [String: String]
    var caller: APIKeyRecord?
}
