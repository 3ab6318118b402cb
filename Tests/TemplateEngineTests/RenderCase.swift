// What the table-driven tests share: a template with its partials, rendered to text or to an error.

import TemplateEngine
import Testing

/// One line of a table: sources, data, and what must come of them.
struct RenderCase: Sendable, CustomTestStringConvertible {
    var source: String
    var data: TemplateValue = .object([:])
    var partials: [String: String] = [:]
    var expected: String = ""

    var testDescription: String { source.prefix(60).debugDescription }

    func render(
        _ mode: Template.Mode = .strict, _ escaping: Template.Escaping = .html,
        limits: TemplateLimits = .standard
    ) throws(TemplateError) -> String {
        var compiled: [String: Template] = [:]
        for (name, source) in partials {
            compiled[name] = try Template(name: "partials/\(name)", source: source)
        }
        let template = try Template(name: "main", source: source)
        let output = try template.render(
            data, partials: compiled, mode: mode, escaping: escaping, limits: limits)
        return String(decoding: output, as: UTF8.self)
    }

    /// The error of compiling or rendering, in one line; nil if there was none.
    func failure(_ mode: Template.Mode = .strict, limits: TemplateLimits = .standard) -> TemplateError? {
        do throws(TemplateError) {
            _ = try render(mode, limits: limits)
            return nil
        } catch {
            return error
        }
    }
}
