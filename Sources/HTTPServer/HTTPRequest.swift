// A whole request as the handler gets it: head and complete body, no streaming.
// It is a value: the handler may keep it and pass it between threads.

import Runtime

/// A complete request.
package struct HTTPRequest: Sendable, Equatable {
    /// Everything but the body.
    package let head: HTTPRequestHead
    /// The body, transfer coding removed; at most as long as the body limit for this head.
    package let body: [UInt8]
    /// What it is called in its answer and in the log.
    package let id: RequestID
    /// Who sent it: the peer, or whom a trusted proxy heard; nil when neither is a numeric address.
    package let client: IPAddress?

    /// Makes a request from head and body.
    package init(
        head: HTTPRequestHead, body: [UInt8] = [], id: RequestID = RequestID(), client: IPAddress? = nil
    ) {
        self.client = client
        self.head = head
        self.body = body
        self.id = id
    }

    /// The method, case as sent.
    package var method: String { head.method }
    /// The path as sent, undecoded, without the query.
    package var path: String { head.path }
    /// What follows the first `?`, undecoded; nil without one.
    package var query: String? { head.query }
    /// All header fields in the order in which they came.
    package var headers: [HTTPField] { head.headers }
    /// The numeric address of the peer.
    package var remoteAddress: String { head.remoteAddress }

    /// The value of the first header field with this name, ASCII case aside.
    package subscript(_ name: String) -> String? {
        head.headers[name]
    }
}
