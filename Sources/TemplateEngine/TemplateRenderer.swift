// One rendering: walks the nodes with a stack of contexts and writes bytes. It promises to end: every
// node, list element and look-up takes a step, every byte written is counted, and nesting is bounded.
// What is written costs output, what is not costs steps, so the limits bound the time as well.

/// The state of one rendering.
struct TemplateRenderer {
    private let partials: [String: Template]
    private let mode: Template.Mode
    private let escaping: Template.Escaping
    private let limits: TemplateLimits
    private(set) var output: [UInt8] = []
    /// The values that names are looked up in, the innermost last.
    private var contexts: [TemplateValue]
    /// What each line of the partial being rendered begins with, in pieces: copying them together for every
    /// partial would be work that no limit counts.
    private var indentation: [ArraySlice<UInt8>] = []
    private var stepsLeft: Int
    private var depth = 0

    init(
        context: TemplateValue, partials: [String: Template], mode: Template.Mode,
        escaping: Template.Escaping, limits: TemplateLimits
    ) {
        self.partials = partials
        self.mode = mode
        self.escaping = escaping
        self.limits = limits
        contexts = [context]
        stepsLeft = limits.steps
    }

    /// Renders a whole template in the present context.
    mutating func render(_ template: Template) throws(TemplateError) {
        try render(template.nodes.indices, of: template)
    }

    private mutating func render(_ range: Range<Int>, of template: Template) throws(TemplateError) {
        var index = range.lowerBound
        while index < range.upperBound {
            let node = template.nodes[index]
            let place = Place(template: template, line: node.line)
            index += 1
            try spendStep(at: place)
            switch node.kind {
            case .literal(let text, let startsLine):
                try write(template.source[text], startsLine: startsLine, at: place)
            case .variable(let name, let isEscaped):
                try write(name, isEscaped: isEscaped, at: place)
            case .section(let name, let isInverted, let end):
                try renderSection(name, isInverted: isInverted, body: index..<end, at: place)
                index = end
            case .partial(let name, let ownIndentation):
                try renderPartial(name, ownIndentation: ownIndentation, at: place)
            }
        }
    }

    // MARK: Sections and partials

    private mutating func renderSection(
        _ name: TemplateName, isInverted: Bool, body: Range<Int>, at place: Place
    ) throws(TemplateError) {
        let found = try value(of: name, at: place)
        guard let value = found, value.isTruthy else {
            if isInverted {
                try enter(at: place)
                try render(body, of: place.template)
                depth -= 1
            }
            return
        }
        if isInverted { return }
        try enter(at: place)
        if case .list(let elements) = value {
            for element in elements {
                try spendStep(at: place)
                try render(body, of: place.template, in: element)
            }
        } else {
            try render(body, of: place.template, in: value)
        }
        depth -= 1
    }

    private mutating func render(
        _ body: Range<Int>, of template: Template, in context: TemplateValue
    ) throws(TemplateError) {
        contexts.append(context)
        try render(body, of: template)
        contexts.removeLast()
    }

    private mutating func renderPartial(
        _ name: String, ownIndentation: Range<Int>?, at place: Place
    ) throws(TemplateError) {
        guard let partial = partials[name] else {
            if mode == .strict { throw place.fault(.missingPartial(name)) }
            return
        }
        try enter(at: place)
        let outerIndentation = indentation
        if let own = ownIndentation {
            if !own.isEmpty { indentation.append(place.template.source[own]) }
        } else {
            // A partial amid a line: the line is indented already, and its further lines are not.
            indentation = []
        }
        try render(partial)
        indentation = outerIndentation
        depth -= 1
    }

    // MARK: Names

    /// The value of a name; nil if it is missing.
    ///
    /// The first part is looked for from the innermost context outwards; the others only in what it named,
    /// so that a broken chain is missing and never found further out.
    private mutating func value(
        of name: TemplateName, at place: Place
    ) throws(TemplateError) -> TemplateValue? {
        guard let first = name.path.first else { return contexts.last }
        var found: TemplateValue?
        for context in contexts.reversed() {
            try spendStep(at: place)
            if case .object(let members) = context, let member = members[first] {
                found = member
                break
            }
        }
        for part in name.path.dropFirst() {
            try spendStep(at: place)
            guard case .object(let members)? = found else { return nil }
            found = members[part]
        }
        return found
    }

    private mutating func write(
        _ name: TemplateName, isEscaped: Bool, at place: Place
    ) throws(TemplateError) {
        let found = try value(of: name, at: place)
        guard let text = found?.printed else {
            if mode == .lenient { return }
            switch found {
            case .list, .object:
                throw place.fault(.notPrintable(name.text))
            default:
                throw place.fault(.missingVariable(name.text))
            }
        }
        // Checked before the copy and, because escaping may lengthen the text, after it.
        try requireSpace(for: text.utf8.count, at: place)
        (isEscaped ? escaping : .text).append(text, to: &output)
        try requireSpace(for: 0, at: place)
    }

    // MARK: Text

    private mutating func write(
        _ text: ArraySlice<UInt8>, startsLine: Bool, at place: Place
    ) throws(TemplateError) {
        if indentation.isEmpty {
            try append(text, at: place)
            return
        }
        if startsLine { try writeIndentation(at: place) }
        var rest = text
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            try append(rest[...newline], at: place)
            rest = rest[(newline + 1)...]
            // Behind the last one, what follows decides: a tag that stands alone leaves no line to indent.
            if !rest.isEmpty { try writeIndentation(at: place) }
        }
        try append(rest, at: place)
    }

    private mutating func writeIndentation(at place: Place) throws(TemplateError) {
        for piece in indentation {
            try append(piece, at: place)
        }
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>, at place: Place) throws(TemplateError) {
        try requireSpace(for: bytes.count, at: place)
        output.append(contentsOf: bytes)
    }

    // MARK: Limits

    /// Where the rendering is, for errors.
    private struct Place {
        let template: Template
        let line: Int

        func fault(_ reason: TemplateError.Reason) -> TemplateError {
            TemplateError(template: template.name, line: line, reason: reason)
        }
    }

    private mutating func spendStep(at place: Place) throws(TemplateError) {
        stepsLeft -= 1
        if stepsLeft < 0 { throw place.fault(.tooManySteps) }
    }

    private mutating func enter(at place: Place) throws(TemplateError) {
        depth += 1
        if depth > limits.depth { throw place.fault(.tooDeep) }
    }

    private func requireSpace(for count: Int, at place: Place) throws(TemplateError) {
        if output.count + count > limits.outputBytes { throw place.fault(.outputTooLarge) }
    }
}
