// A compiled template is a flat array of nodes in source order. A section knows where it ends, so that a
// false one is one jump, and a template is freed without recursion. Literals are ranges of the source.

/// One piece of a compiled template.
struct TemplateNode: Sendable {
    /// The line of the source that it begins on, from 1.
    let line: Int
    let kind: Kind

    enum Kind: Sendable {
        /// Text printed as it stands; `startsLine` is false when a tag stands before it on its line.
        ///
        /// It may be empty: then it marks that the next tag begins a line, which an indented partial needs.
        case literal(Range<Int>, startsLine: Bool)
        case variable(TemplateName, isEscaped: Bool)
        /// `end` is the index of the first node behind the section.
        case section(TemplateName, isInverted: Bool, end: Int)
        /// `indentation` is the blanks before a partial that stands alone on its line, nil for one that does not.
        case partial(String, indentation: Range<Int>?)
    }
}

/// The name of a variable or a section, split at its dots once.
struct TemplateName: Sendable, Equatable {
    let text: String
    /// The parts between the dots; none for the implicit iterator `.`.
    let path: [String]

    init(_ text: String) {
        self.text = text
        path = text == "." ? [] : text.split(separator: ".").map(String.init)
    }
}
