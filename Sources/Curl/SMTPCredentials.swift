// A login at a relay. It never describes itself: neither print, nor a debugger's mirror, nor a crash dump
// of a value that holds it may show the password.

/// User name, password and the one mechanism that may carry them.
package struct SMTPCredentials: Sendable, Equatable, CustomStringConvertible,
    CustomDebugStringConvertible, CustomReflectable
{
    /// How the password travels (RFC 4954; both are plain text inside TLS).
    package enum Mechanism: String, Sendable {
        /// RFC 4616.
        case plain = "PLAIN"
        /// The older one that some relays still ask for.
        case login = "LOGIN"
    }

    let username: String
    let password: String
    let mechanism: Mechanism

    /// Credentials; they are checked when an endpoint is made of them.
    package init(username: String, password: String, mechanism: Mechanism = .plain) {
        self.username = username
        self.password = password
        self.mechanism = mechanism
    }

    /// Says only that there are credentials.
    package var description: String { "SMTPCredentials(secret)" }
    /// The same as ``description``.
    package var debugDescription: String { description }
    /// An empty mirror.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
