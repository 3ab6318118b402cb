// What a test throws when the world around it does not do what it must: a server that says nothing, a process that does not end.

/// A reason to end a test.
package struct TestFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
