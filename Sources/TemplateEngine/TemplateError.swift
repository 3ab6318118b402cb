// Why a template could not be compiled or rendered, for the person who writes it: which file, which line,
// what is wrong. It names variables and tags, never their values: no address and no body gets into a log.

/// A template's fault with its place.
package struct TemplateError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name of the template that holds the fault: the partial's own when it lies in a partial.
    package let template: String
    /// The line of the tag at fault, from 1.
    package let line: Int
    /// What is wrong.
    package let reason: Reason

    /// Makes an error for a place in a template.
    package init(template: String, line: Int, reason: Reason) {
        self.template = template
        self.line = line
        self.reason = reason
    }

    /// What can be wrong with a template.
    package enum Reason: Sendable, Equatable {
        /// Strict mode: a printed variable is not in the data, or is null.
        case missingVariable(String)
        /// Strict mode: a printed variable is a list or an object.
        case notPrintable(String)
        /// Strict mode: a partial is not among those given.
        case missingPartial(String)
        /// A tag is opened and its closing delimiter does not come.
        case unclosedTag
        /// A section is opened and never closed; the line is that of its opening.
        case unclosedSection(String)
        /// A section is closed and none is open.
        case unopenedSection(String)
        /// A section is closed while another one is open inside it.
        case sectionMismatch(opened: String, closed: String)
        /// A set-delimiter tag does not hold two delimiters of 1 to 16 bytes without `=`.
        case invalidDelimiters
        /// A name is empty, longer than 255 bytes, holds a blank or control, or has an empty part.
        case invalidName(String)
        /// A tag of an optional module: inheritance (`{{<`, `{{$`) or dynamic names (`{{>*`).
        case unsupportedTag(String)
        /// More sections and partials are open inside one another than the limit allows.
        case tooDeep
        /// The text grows past the limit.
        case outputTooLarge
        /// The rendering takes more steps than the limit allows.
        case tooManySteps
    }

    /// One line: the template, the line and the reason.
    package var description: String {
        "\(template), line \(line): \(reason)"
    }
}

extension TemplateError.Reason: CustomStringConvertible {
    /// The reason as a clause that follows the place.
    package var description: String {
        switch self {
        case .missingVariable(let name):
            "the variable \(quoted(name)) is missing"
        case .notPrintable(let name):
            "the variable \(quoted(name)) is a list or an object and cannot be printed; use a section"
        case .missingPartial(let name):
            "the partial \(quoted(name)) is missing"
        case .unclosedTag:
            "the tag is not closed"
        case .unclosedSection(let name):
            "the section \(quoted(name)) is not closed"
        case .unopenedSection(let name):
            "the section \(quoted(name)) is closed but was not opened"
        case .sectionMismatch(let opened, let closed):
            "the section \(quoted(closed)) is closed while \(quoted(opened)) is open"
        case .invalidDelimiters:
            "a set-delimiter tag needs two delimiters of at most \(TemplateLimits.delimiterBytes) bytes"
                + " without \"=\", as in {{=<% %>=}}"
        case .invalidName(let name):
            "\(quoted(name)) is not a name"
        case .unsupportedTag(let tag):
            "the tag \(tag) is not supported: no inheritance, no dynamic names"
        case .tooDeep:
            "sections and partials are nested too deeply"
        case .outputTooLarge:
            "the text becomes too large"
        case .tooManySteps:
            "rendering takes too many steps"
        }
    }

    /// The name in quotes, on one line whatever it holds, and no longer than is useful to find it.
    private func quoted(_ name: String) -> String {
        name.count > 80 ? "\(name.prefix(80))…".debugDescription : name.debugDescription
    }
}
