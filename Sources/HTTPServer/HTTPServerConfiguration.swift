// Where the server listens and what it grants to a connection.
// Every deadline is absolute, counted from the start of its phase: one more byte never extends it.

/// The settings of one server.
package struct HTTPServerConfiguration: Sendable {
    /// A numeric IPv4 or IPv6 address; no name is looked up.
    package var address = "127.0.0.1"
    /// The TCP port; 0 lets the system choose one.
    package var port = 0
    /// Whose word on a client's address and on a request's id is taken.
    package var trustedProxies = TrustedProxies.none
    /// Connections held at a time; more wait in the kernel's queue until one ends.
    package var connectionLimit = 2000
    /// Memory of one connection for the header and for reading, in bytes; a longer header is refused.
    package var connectionMemoryLimitBytes = 32 * 1024
    /// Requests with a body of more than `largeBodyBytes` at a time, until each is answered; another gets 503 at once. What strangers
    /// may make the process hold stays bounded, because a key is only looked at when the body is there.
    package var largeRequestLimit = 4
    /// A body up to here is not counted as large, in bytes.
    package var largeBodyBytes = 1 << 20
    /// From the connection's start, or on a kept connection from the request line, to the header's end.
    package var headerDeadline = Duration.seconds(10)
    /// From the header's end to the body's end.
    package var bodyDeadline = Duration.seconds(30)
    /// From the end of an answer to the next request line on a kept connection.
    package var idleDeadline = Duration.seconds(30)
    /// From the call of the handler to its answer; then the peer gets 503.
    package var handlerDeadline = Duration.seconds(30)
    /// From the answer to its last byte accepted by the kernel.
    package var responseDeadline = Duration.seconds(60)

    /// Makes the default settings: any free port of the IPv4 loopback.
    package init() {}
}
