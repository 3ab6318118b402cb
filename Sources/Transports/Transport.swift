// The seam between dispatch and the wires: dispatch's threads open connections and hand messages over, and a
// simulator can stand in their place.

/// A way to a provider; shared by all threads.
package protocol Transport: Sendable {
    /// The provider's name in the configuration.
    var name: String { get }
    /// A connection for the calling thread; it is opened with the first delivery.
    func openConnection() -> any TransportConnection
    /// Ends what every connection is doing, now and for good, because the process is about to end: what is not fully sent is
    /// `deferred` with status `stopped`, what was sent without an answer is `unknown`. Callable from any thread; it does not wait.
    func abandon()
}

extension Transport {
    /// A transport that never waits for another machine has nothing to give up.
    package func abandon() {}
}

/// One thread's connection to a provider.
package protocol TransportConnection: AnyObject {
    /// Hands one message over and blocks until its end is known. It never throws: a failure is a report.
    /// - Parameter isStillAllowed: Asked at most once, in the last instant before the first byte of content
    ///   leaves, on the calling thread; false ends the attempt as `deferred` with status `not-started`.
    func deliver(_ handover: Handover, isStillAllowed: @escaping () -> Bool) -> AttemptReport
    /// Ends the connection when nothing is due; the next delivery opens another.
    func hangUp()
}

extension TransportConnection {
    /// Hands one message over that nothing can withdraw any more.
    package func deliver(_ handover: Handover) -> AttemptReport {
        deliver(handover, isStillAllowed: { true })
    }
}
