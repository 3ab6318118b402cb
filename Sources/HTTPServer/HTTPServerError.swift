// Why a server could not start. Each text says what failed, where, and what to do.

import Glibc

/// The reasons for which a server does not start.
package enum HTTPServerError: Error, Equatable, CustomStringConvertible {
    /// The address is not a numeric IPv4 or IPv6 address, or the port is outside 0–65535.
    case invalidAddress(String, port: Int)
    /// The kernel refused to listen there; `code` is its errno.
    case cannotListen(String, port: Int, code: Int32)
    /// libmicrohttpd did not start on the socket.
    case cannotStart(String, port: Int)

    /// The text for the operator.
    package var description: String {
        switch self {
        case .invalidAddress(let address, let port):
            "cannot listen on \(address) port \(port): "
                + "use a numeric IPv4 or IPv6 address and a port of 0–65535"
        case .cannotListen(let address, let port, let code):
            "cannot listen on \(address) port \(port): \(String(cString: strerror(code))); "
                + "choose another address or port, or end the program that holds it"
        case .cannotStart(let address, let port):
            "the HTTP server did not start on \(address) port \(port): "
                + "check the limits of open files, threads and memory"
        }
    }
}
