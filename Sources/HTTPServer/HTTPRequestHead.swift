// What is known of a request once its header is complete and the gate has let it in.
// The body limit is chosen from this value, before a byte of the body is read.

/// A request without its body.
package struct HTTPRequestHead: Sendable, Equatable {
    /// The method, case as sent; a token of RFC 9110.
    package let method: String
    /// The path as sent, percent-encoding included, without the query; begins with `/`, or is `*` for
    /// OPTIONS.
    package let path: String
    /// What follows the first `?`, undecoded; nil without one.
    package let query: String?
    /// All header fields in the order in which they came.
    package let headers: [HTTPField]
    /// The announced length of the body in bytes; nil without `Content-Length`.
    package let contentLength: Int?
    /// The numeric address of the peer, which is the proxy's where one stands in front; `HTTPRequest.client` is the visitor's.
    package let remoteAddress: String

    /// Makes a head from its parts.
    package init(
        method: String, path: String, query: String? = nil, headers: [HTTPField] = [],
        contentLength: Int? = nil, remoteAddress: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.contentLength = contentLength
        self.remoteAddress = remoteAddress
    }

    /// The value of the first header field with this name, ASCII case aside.
    package subscript(_ name: String) -> String? {
        headers[name]
    }
}
