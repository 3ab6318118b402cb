// How much one rendering may cost. A template is data that a dealership can write, so it must not be able
// to exhaust the gateway: reliability.md (c) 12 asks for steps <= 10^5, output <= 256 KB and depth <= 32,
// each ending in a typed error. (standards.md E6 would allow 1 MB and depth 100; the stricter one wins:
// Gmail clips a part at about 102 KB, A3.14.)

/// The bounds of one rendering; exceeding one ends it with a `TemplateError`.
package struct TemplateLimits: Sendable, Equatable {
    /// Bound on work: a step is a node rendered, a list element visited or a name looked up in one value.
    package var steps: Int
    /// Bound on the rendered text, in bytes.
    package var outputBytes: Int
    /// Bound on sections and partials open inside one another, a partial's own recursion included.
    package var depth: Int

    /// The bounds used for messages: 100 000 steps, 256 KB, depth 32.
    package static let standard = TemplateLimits(steps: 100_000, outputBytes: 256 * 1024, depth: 32)

    /// The longest name in a tag, in bytes: a look-up hashes the name, so its length must be bounded too.
    static let nameBytes = 255
    /// The longest delimiter that a template may set, in bytes.
    static let delimiterBytes = 16

    /// Makes a set of bounds; `standard` is the one to start from.
    package init(steps: Int, outputBytes: Int, depth: Int) {
        self.steps = steps
        self.outputBytes = outputBytes
        self.depth = depth
    }
}
