// One HTTP request to somebody's server and what came of it, as values. The body of an answer is nobody's: it is read up to a limit, so that the
// connection may be used again, and thrown away.

package struct HTTPPost: Sendable {
    /// Absolute, `https`, or `http` where the caller has allowed it.
    package let url: String
    package let fields: [(name: String, value: String)]
    package let body: [UInt8]

    package init(url: String, fields: [(name: String, value: String)], body: [UInt8]) {
        self.url = url
        self.fields = fields
        self.body = body
    }
}

/// How a request ended.
package enum HTTPPostEnd: Sendable, Equatable {
    /// The server's status; after how long it asks to be asked again, if it does.
    case answered(status: Int, retryAfter: Duration?)
    /// No whole answer: `resolve` `connect` `tls` `certificate` `timeout` `closed`, `address` (one that may not be reached), or `library`.
    case failed(String)
}
