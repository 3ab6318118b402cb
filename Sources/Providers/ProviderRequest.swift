// A request as it goes on the wire. It is never logged: its URL may hold a number and, where a provider takes it in no other place, a password.

/// One HTTP request to a provider.
package struct ProviderRequest: Sendable, CustomStringConvertible {
    package let method: String
    /// Absolute and encoded.
    package let url: String
    /// Without `Host` and `Content-Length`, which are the transport's; no control character is in one.
    package var fields: [(name: String, value: String)]
    package let body: [UInt8]

    /// The method alone.
    package var description: String { method }
}
