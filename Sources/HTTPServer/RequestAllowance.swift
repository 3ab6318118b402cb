// What one request is granted, decided by its head, before a byte of its body is read.

/// The limits of one request.
package struct RequestAllowance: Sendable {
    /// The longest body in bytes; longer gets 413.
    package let bodyLimit: Int
    /// From the call of the handler to its answer; nil for the configuration's.
    package let handlerDeadline: Duration?

    package init(bodyLimit: Int, handlerDeadline: Duration? = nil) {
        self.bodyLimit = bodyLimit
        self.handlerDeadline = handlerDeadline
    }
}
