// A request that the server refused by itself, before any handler heard of it: what an operator can find under the id that the answer had.
// Nothing that the peer sent is in it.

import Runtime

package struct RefusedRequest: Sendable {
    package let id: RequestID
    /// The status of the answer.
    package let status: Int
    /// Why; a constant of the server.
    package let reason: StaticString

    init(_ id: RequestID, _ response: HTTPResponse, _ reason: StaticString) {
        self.id = id
        status = response.status
        self.reason = reason
    }

    static let tooLong: StaticString = "The body is longer than allowed here."
    static let tooSlow: StaticString = "The request did not arrive in time."
    static let tooManyLarge: StaticString = "Too many large requests at once."
}
