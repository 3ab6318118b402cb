// What a document may cost beyond its length, which whoever reads it from the wire has bounded already.

/// Bounds that a document must keep.
package struct JSONLimits: Sendable {
    /// The greatest number of arrays and objects inside each other; it bounds the parser's use of the stack.
    package var depth: Int

    /// Depth 32 (reliability.md (c) 22).
    package static let standard = JSONLimits(depth: 32)

    /// Makes limits.
    package init(depth: Int) {
        self.depth = depth
    }
}
