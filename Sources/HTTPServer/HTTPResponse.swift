// The answer to a request, and the answers that the server gives by itself.
// The server's own answers are problem documents (RFC 9457) of constant text: a status says enough, and no
// detail of the inside can leak through a text that is a constant.

import Runtime

/// An answer: status, header fields, body.
///
/// `Content-Length`, `Transfer-Encoding` and `Connection` belong to the server and are left out of `headers`;
/// `Date` is added. A status outside 200–599 or a field that is not valid (a line break in it, an empty
/// value) becomes a 500.
package struct HTTPResponse: Sendable, Equatable {
    /// The status code, 200–599.
    package let status: Int
    /// The header fields in the order in which they are sent.
    package let headers: [HTTPField]
    /// The body; it is not sent to HEAD, but counted in `Content-Length`.
    package let body: [UInt8]

    /// Makes a response from its parts.
    package init(status: Int, headers: [HTTPField] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

extension HTTPResponse {
    /// The same answer with the id of its request: as `X-Request-Id`, and in a problem document as `instance`, the occurrence of
    /// the problem (RFC 9457, 3.1.5).
    func identified(by id: RequestID) -> HTTPResponse {
        let field = HTTPField(name: "X-Request-Id", value: id.text)
        var body = body
        if headers["Content-Type"] == "application/problem+json",
            let end = body.lastIndex(of: UInt8(ascii: "}"))
        {
            body.insert(contentsOf: #","instance":"urn:relais:request:\#(id.text)""#.utf8, at: end)
        }
        return HTTPResponse(status: status, headers: headers + [field], body: body)
    }

    /// What every answer carries, the server's own ones too: it is not cached, not sniffed, and its address is not told to
    /// the next site (reliability (c) 18).
    package static let protection = [
        HTTPField(name: "Cache-Control", value: "no-store"),
        HTTPField(name: "X-Content-Type-Options", value: "nosniff"),
        HTTPField(name: "Referrer-Policy", value: "no-referrer"),
    ]
    /// The policy of an answer that is no page: it loads nothing and is framed by nobody.
    package static let closedPolicy = HTTPField(
        name: "Content-Security-Policy", value: "default-src 'none'; frame-ancestors 'none'")

    /// The request or its framing is not acceptable; `detail` is a constant of the gate.
    static func badRequest(_ detail: StaticString) -> HTTPResponse {
        problem(400, "Bad Request", detail)
    }
    /// The request did not arrive within its deadline.
    static let requestTimeout = problem(408, "Request Timeout", "The request did not arrive in time.")
    /// The body is longer than this path takes.
    static let contentTooLarge = problem(413, "Content Too Large", "The body is longer than allowed here.")
    /// No answer came from inside, or one that cannot be sent.
    static let internalError = problem(500, "Internal Server Error", "The request could not be answered.")
    /// The answer took too long, or the server is stopping.
    static let unavailable = problem(
        503, "Service Unavailable", "The request was not answered in time; its effect is not known.",
        headers: [HTTPField(name: "Retry-After", value: "5")])
    /// As many large requests as are held at a time are here already.
    static let tooManyLargeRequests = problem(
        503, "Service Unavailable", "Too many large requests at once; nothing of this one was read.",
        headers: [HTTPField(name: "Retry-After", value: "5")])

    private static func problem(
        _ status: Int, _ title: StaticString, _ detail: StaticString, headers: [HTTPField] = []
    ) -> HTTPResponse {
        let members = #""title":"\#(title)","status":\#(status),"detail":"\#(detail)""#
        let document = #"{"type":"about:blank",\#(members)}"#
        let type = HTTPField(name: "Content-Type", value: "application/problem+json")
        return HTTPResponse(
            status: status, headers: [type] + headers + protection + [closedPolicy],
            body: Array(document.utf8))
    }
}
