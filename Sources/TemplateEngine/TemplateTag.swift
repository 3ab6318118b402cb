// Reads one tag of the source: finds its end, tells its kind, trims its content. It knows the delimiters
// and nothing of sections or lines; a tag without an end gives nil, and the compiler says where.

/// A tag as it stands in the source.
struct TemplateTag {
    let kind: Kind
    /// The bytes between sigil and closing delimiter, without the blanks around them.
    let content: Range<Int>
    /// The index of the first byte behind the tag.
    let end: Int

    enum Kind {
        case variable
        case unescapedVariable
        case section
        case invertedSection
        case sectionEnd
        case partial
        case comment
        case delimiters
        case parent
        case block

        /// Whether the tag takes its line with it when it is alone there (the specification's "standalone").
        var canStandAlone: Bool {
            switch self {
            case .variable, .unescapedVariable:
                false
            default:
                true
            }
        }
    }
}

/// The delimiters in force and how tags are found with them.
struct TemplateDelimiters {
    let open: [UInt8]
    let close: [UInt8]

    static let standard = TemplateDelimiters(open: Array("{{".utf8), close: Array("}}".utf8))

    /// The delimiters that a set-delimiter tag's content names; nil unless there are exactly two fit ones.
    init?(parsing content: ArraySlice<UInt8>) {
        let parts = content.split(whereSeparator: TemplateDelimiters.isWhitespace)
        guard parts.count == 2, !content.contains(UInt8(ascii: "=")),
            parts.allSatisfy({ $0.count <= TemplateLimits.delimiterBytes })
        else { return nil }
        self.init(open: Array(parts[0]), close: Array(parts[1]))
    }

    private init(open: [UInt8], close: [UInt8]) {
        self.open = open
        self.close = close
    }

    /// The tag whose opening delimiter stands at `start`; nil if it is not closed.
    func tag(at start: Int, in source: [UInt8]) -> TemplateTag? {
        var position = start + open.count
        while position < source.count, Self.isWhitespace(source[position]) {
            position += 1
        }
        guard position < source.count else { return nil }
        var kind = TemplateTag.Kind.variable
        var terminator = close
        if let (sigilKind, prefix) = Self.sigil(source[position]) {
            kind = sigilKind
            terminator = prefix + close
            position += 1
        }
        guard let end = Self.find(terminator, in: source, from: position) else { return nil }
        var content = position..<end
        while let first = content.first, Self.isWhitespace(source[first]) {
            content.removeFirst()
        }
        while let last = content.last, Self.isWhitespace(source[last]) {
            content.removeLast()
        }
        return TemplateTag(kind: kind, content: content, end: end + terminator.count)
    }

    /// The kind that a sigil stands for, and what must stand before the closing delimiter because of it.
    private static func sigil(_ byte: UInt8) -> (TemplateTag.Kind, terminatorPrefix: [UInt8])? {
        switch byte {
        case UInt8(ascii: "#"): (.section, [])
        case UInt8(ascii: "^"): (.invertedSection, [])
        case UInt8(ascii: "/"): (.sectionEnd, [])
        case UInt8(ascii: ">"): (.partial, [])
        case UInt8(ascii: "!"): (.comment, [])
        case UInt8(ascii: "&"): (.unescapedVariable, [])
        case UInt8(ascii: "{"): (.unescapedVariable, [UInt8(ascii: "}")])
        case UInt8(ascii: "="): (.delimiters, [UInt8(ascii: "=")])
        case UInt8(ascii: "<"): (.parent, [])
        case UInt8(ascii: "$"): (.block, [])
        default: nil
        }
    }

    /// The index of the first occurrence of `needle`, which is not empty and at most 17 bytes long.
    static func find(_ needle: [UInt8], in source: [UInt8], from start: Int) -> Int? {
        guard source.count - start >= needle.count else { return nil }
        for index in start...(source.count - needle.count)
        where source[index] == needle[0] && source[index..<(index + needle.count)].elementsEqual(needle) {
            return index
        }
        return nil
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    static func isWhitespace(_ byte: UInt8) -> Bool {
        isBlank(byte) || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }
}
