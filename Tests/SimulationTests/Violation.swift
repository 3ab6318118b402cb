// The one error of the simulator: it names the promise, and the trace tells how it came about.

/// A promise that did not hold, or a store that is not as the model says.
struct Violation: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// Throws unless `holds`.
    static func unless(_ holds: Bool, _ promise: @autoclosure () -> String) throws(Violation) {
        if !holds { throw Violation(promise()) }
    }
}
