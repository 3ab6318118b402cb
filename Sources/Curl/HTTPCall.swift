// One HTTP request to somebody's server and what came of it, as values.

import Delivery

package struct HTTPCall: Sendable {
    /// `POST`, or another; only GET has no body.
    package let method: String
    /// Absolute, `https`, or `http` where the caller has allowed it.
    package let url: String
    package let fields: [(name: String, value: String)]
    package let body: [UInt8]

    package init(
        method: String = "POST", url: String, fields: [(name: String, value: String)], body: [UInt8]
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }
}

/// How a request ended whose answer's body is nobody's.
package enum HTTPCallEnd: Sendable, Equatable {
    /// The server's status; after how long it asks to be asked again, if it does.
    case answered(status: Int, retryAfter: Duration?)
    /// No whole answer: `resolve` `connect` `tls` `certificate` `timeout` `closed`, `address` (one that may not be reached), or `library`.
    case failed(String)
}

/// What happened to a request, for whoever has to know whether it may have been acted on.
package struct HTTPEvidence: Sendable, Equatable {
    /// Of a whole answer.
    package var status: Int?
    package var retryAfter: Duration?
    /// The answer's, up to 64 KB; empty when it was longer, because half an answer reads as another one.
    package var body: [UInt8] = []
    /// The request has left entirely, or nobody can say that it has not.
    package var hasLeft: Bool
    /// Why there is no answer.
    package var fault: HandoverFault?
    /// The library's words on it.
    package var failure: String?

    package init(
        status: Int? = nil, retryAfter: Duration? = nil, body: [UInt8] = [], hasLeft: Bool,
        fault: HandoverFault? = nil, failure: String? = nil
    ) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = body
        self.hasLeft = hasLeft
        self.fault = fault
        self.failure = failure
    }

    var end: HTTPCallEnd {
        if let status { return .answered(status: status, retryAfter: retryAfter) }
        return .failed((fault ?? .library).rawValue)
    }
}
