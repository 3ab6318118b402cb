// Source bytes to nodes in one pass, without recursion: open sections stand on a stack that the depth limit
// bounds. Time is linear in the source. Lines are treated as the specification says: a tag other than a
// variable that is alone on its line takes the whole line with it.

/// Compiles one template's source.
struct TemplateCompiler {
    let templateName: String
    let source: [UInt8]
    private var delimiters = TemplateDelimiters.standard
    private var nodes: [TemplateNode] = []
    private var openSections: [(node: Int, name: TemplateName, isInverted: Bool)] = []
    /// Everything before it is compiled.
    private var position = 0
    /// The line that `position` is on.
    private var line = 1
    /// Whether `position` is the first byte of a line.
    private var isAtLineStart = true

    init(templateName: String, source: [UInt8]) {
        self.templateName = templateName
        self.source = source
    }

    /// Compiles the whole source.
    mutating func compile() throws(TemplateError) -> [TemplateNode] {
        while let start = TemplateDelimiters.find(delimiters.open, in: source, from: position) {
            let tagLine = line + newlines(in: position..<start)
            guard let tag = delimiters.tag(at: start, in: source) else {
                throw fault(.unclosedTag, line: tagLine)
            }
            let wholeLine = tag.kind.canStandAlone ? standaloneLine(of: start..<tag.end) : nil
            appendLiteral(until: wholeLine?.lowerBound ?? start)
            if wholeLine == nil, isAtLineStart {
                nodes.append(TemplateNode(line: line, kind: .literal(position..<position, startsLine: true)))
            }
            let indentation = wholeLine.map { $0.lowerBound..<start }
            try append(tag, line: tagLine, indentation: indentation)
            advance(to: wholeLine?.upperBound ?? tag.end)
            isAtLineStart = wholeLine != nil
        }
        appendLiteral(until: source.count)
        if let section = openSections.last {
            throw fault(.unclosedSection(section.name.text), line: nodes[section.node].line)
        }
        return nodes
    }

    private mutating func append(
        _ tag: TemplateTag, line: Int, indentation: Range<Int>?
    ) throws(TemplateError) {
        let kind: TemplateNode.Kind
        switch tag.kind {
        case .comment:
            return
        case .delimiters:
            guard let changed = TemplateDelimiters(parsing: source[tag.content]) else {
                throw fault(.invalidDelimiters, line: line)
            }
            delimiters = changed
            return
        case .parent:
            throw fault(.unsupportedTag("{{<"), line: line)
        case .block:
            throw fault(.unsupportedTag("{{$"), line: line)
        case .sectionEnd:
            try closeSection(name(in: tag, line: line), line: line)
            return
        case .section, .invertedSection:
            guard openSections.count < TemplateLimits.standard.depth else {
                throw fault(.tooDeep, line: line)
            }
            let name = TemplateName(try dottedName(in: tag, line: line))
            let isInverted = tag.kind == .invertedSection
            openSections.append((node: nodes.count, name: name, isInverted: isInverted))
            // The end is written when the section is closed.
            kind = .section(name, isInverted: isInverted, end: nodes.count)
        case .variable, .unescapedVariable:
            let name = TemplateName(try dottedName(in: tag, line: line))
            kind = .variable(name, isEscaped: tag.kind == .variable)
        case .partial:
            let name = try name(in: tag, line: line)
            if name.utf8.first == UInt8(ascii: "*") {
                throw fault(.unsupportedTag("{{>*"), line: line)
            }
            kind = .partial(name, indentation: indentation)
        }
        nodes.append(TemplateNode(line: line, kind: kind))
    }

    private mutating func closeSection(_ name: String, line: Int) throws(TemplateError) {
        guard let section = openSections.popLast() else {
            throw fault(.unopenedSection(name), line: line)
        }
        guard section.name.text.utf8.elementsEqual(name.utf8) else {
            throw fault(.sectionMismatch(opened: section.name.text, closed: name), line: line)
        }
        nodes[section.node] = TemplateNode(
            line: nodes[section.node].line,
            kind: .section(section.name, isInverted: section.isInverted, end: nodes.count))
    }

    // MARK: Names

    /// The tag's content as a name: not empty, not too long, without blanks and controls.
    private func name(in tag: TemplateTag, line: Int) throws(TemplateError) -> String {
        let bytes = source[tag.content]
        let name = String(decoding: bytes, as: UTF8.self)
        guard !bytes.isEmpty, bytes.count <= TemplateLimits.nameBytes,
            bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else {
            // `{{name … {{other}}`: the first tag lacks its end, and saying so is more useful.
            let isUnclosed = TemplateDelimiters.find(delimiters.open, in: Array(bytes), from: 0) != nil
            throw fault(isUnclosed ? .unclosedTag : .invalidName(name), line: line)
        }
        return name
    }

    /// A variable's or section's name: `.`, or parts between dots of which none is empty.
    private func dottedName(in tag: TemplateTag, line: Int) throws(TemplateError) -> String {
        let name = try name(in: tag, line: line)
        let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard name == "." || parts.allSatisfy({ !$0.isEmpty }) else {
            throw fault(.invalidName(name), line: line)
        }
        return name
    }

    // MARK: Lines

    /// The whole line, its end included, that a tag stands alone on; nil if anything but blanks is there.
    private func standaloneLine(of tag: Range<Int>) -> Range<Int>? {
        var start = tag.lowerBound
        while start > position, TemplateDelimiters.isBlank(source[start - 1]) {
            start -= 1
        }
        guard start > position ? source[start - 1] == UInt8(ascii: "\n") : isAtLineStart else { return nil }
        var end = tag.upperBound
        while end < source.count, TemplateDelimiters.isBlank(source[end]) {
            end += 1
        }
        if end == source.count { return start..<end }
        if source[end] == UInt8(ascii: "\r"), end + 1 < source.count { end += 1 }
        return source[end] == UInt8(ascii: "\n") ? start..<(end + 1) : nil
    }

    private mutating func appendLiteral(until end: Int) {
        guard position < end else { return }
        nodes.append(TemplateNode(line: line, kind: .literal(position..<end, startsLine: isAtLineStart)))
        isAtLineStart = source[end - 1] == UInt8(ascii: "\n")
        advance(to: end)
    }

    private mutating func advance(to end: Int) {
        line += newlines(in: position..<end)
        position = end
    }

    private func newlines(in range: Range<Int>) -> Int {
        source[range].count { $0 == UInt8(ascii: "\n") }
    }

    private func fault(_ reason: TemplateError.Reason, line: Int) -> TemplateError {
        TemplateError(template: templateName, line: line, reason: reason)
    }
}
