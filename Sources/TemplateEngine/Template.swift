// A Mustache template (specification 1.4, core modules), compiled once and rendered any number of times.
//
// It is pure: the same template, data and partials give the same bytes, and nothing but the data given can
// be read. Compiling fails with the first fault of the source; rendering fails in strict mode with whatever
// the data lacks, and in both modes at a limit, so that it always ends. No text is given out on failure.

/// A compiled Mustache template.
package struct Template: Sendable {
    /// What errors call it, for example `intervention-ready/fr/body.html`.
    package let name: String
    let source: [UInt8]
    let nodes: [TemplateNode]

    /// What happens to a name that the data does not hold.
    package enum Mode: Sendable {
        /// For messages: a missing or null variable, a printed list or object and a missing partial are errors.
        ///
        /// A section only tests for presence: a missing one is skipped, an inverted one rendered.
        case strict
        /// As the Mustache specification says: what is missing is printed as nothing, and so is what has no text.
        case lenient
    }

    /// How printed variables are protected.
    package enum Escaping: Sendable {
        /// `&`, `<`, `>`, `"` and `'` become character references: for element text and quoted attributes.
        case html
        /// Nothing is escaped: for a subject, text/plain and SMS.
        case text
    }

    /// Compiles a template.
    ///
    /// - Parameter name: what errors call it.
    /// - Throws: `TemplateError` for the first fault in the source.
    package init(name: String, source: String) throws(TemplateError) {
        self.name = name
        self.source = Array(source.utf8)
        var compiler = TemplateCompiler(templateName: name, source: self.source)
        nodes = try compiler.compile()
    }

    /// The partials that this template names itself, not those that its partials name.
    package var partialNames: Set<String> {
        var names: Set<String> = []
        for case .partial(let name, _) in nodes.lazy.map(\.kind) {
            names.insert(name)
        }
        return names
    }

    /// Renders the template to UTF-8 bytes.
    ///
    /// - Parameters:
    ///   - context: the data, usually an object.
    ///   - partials: by the name that tags use; they may name one another and themselves.
    /// - Throws: `TemplateError`, which names the partial if the fault lies in one.
    package func render(
        _ context: TemplateValue,
        partials: [String: Template] = [:],
        mode: Mode = .strict,
        escaping: Escaping,
        limits: TemplateLimits = .standard
    ) throws(TemplateError) -> [UInt8] {
        var renderer = TemplateRenderer(
            context: context, partials: partials, mode: mode, escaping: escaping, limits: limits)
        try renderer.render(self)
        return renderer.output
    }
}

extension Template.Escaping {
    /// Appends a variable's text, protected for where it goes.
    func append(_ text: String, to output: inout [UInt8]) {
        var text = text
        text.withUTF8 { bytes in
            guard self == .html else {
                output.append(contentsOf: bytes)
                return
            }
            // Copied in runs: most values hold nothing to escape.
            var start = 0
            for index in bytes.indices {
                guard let reference = Self.reference(for: bytes[index]) else { continue }
                output.append(contentsOf: bytes[start..<index])
                output.append(contentsOf: reference.utf8)
                start = index + 1
            }
            output.append(contentsOf: bytes[start...])
        }
    }

    private static func reference(for byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "&"):
            "&amp;"
        case UInt8(ascii: "<"):
            "&lt;"
        case UInt8(ascii: ">"):
            "&gt;"
        case UInt8(ascii: "\""):
            "&quot;"
        case UInt8(ascii: "'"):
            "&#39;"
        default:
            nil
        }
    }
}
