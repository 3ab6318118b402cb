// Faults of the source, found when it is compiled; and the corners of the syntax that the specification's
// own cases leave open.

import TemplateEngine
import Testing

@Suite("Syntax")
struct SyntaxTests {
    static let faults: [(source: String, line: Int, reason: TemplateError.Reason)] = [
        ("{{name", 1, .unclosedTag),
        ("\n{{", 2, .unclosedTag),
        ("\n{{ \n ", 2, .unclosedTag),
        ("{{{name}}", 1, .unclosedTag),
        ("{{! never\n", 1, .unclosedTag),
        ("{{=<% %>}}", 1, .unclosedTag),
        // The first tag swallows what follows: the place of the fault is where it was opened.
        ("a\n{{name\n<p>{{other}}", 2, .unclosedTag),
        ("{{#a}}\n{{#b}}{{/b}}", 1, .unclosedSection("a")),
        ("{{^a}}", 1, .unclosedSection("a")),
        ("x\n{{/a}}", 2, .unopenedSection("a")),
        ("{{#a}}{{#b}}\n{{/a}}{{/b}}", 2, .sectionMismatch(opened: "b", closed: "a")),
        ("{{#a.b}}{{/a}}", 1, .sectionMismatch(opened: "a.b", closed: "a")),
        ("{{==}}", 1, .invalidDelimiters),
        ("{{=  =}}", 1, .invalidDelimiters),
        ("{{=<%=}}", 1, .invalidDelimiters),
        ("{{=a b c=}}", 1, .invalidDelimiters),
        ("{{== ==}}", 1, .invalidDelimiters),
        ("{{=12345678901234567 x=}}", 1, .invalidDelimiters),
        ("{{}}", 1, .invalidName("")),
        ("{{ }}", 1, .invalidName("")),
        ("{{{}}}", 1, .invalidName("")),
        ("{{#}}{{/}}", 1, .invalidName("")),
        ("{{>}}", 1, .invalidName("")),
        ("{{a b}}", 1, .invalidName("a b")),
        ("{{#if note}}{{/if}}", 1, .invalidName("if note")),
        ("{{a..b}}", 1, .invalidName("a..b")),
        ("{{.a}}", 1, .invalidName(".a")),
        ("{{a.}}", 1, .invalidName("a.")),
        ("{{..}}", 1, .invalidName("..")),
        ("{{a\u{0}b}}", 1, .invalidName("a\u{0}b")),
        ("\n{{<layout}}{{/layout}}", 2, .unsupportedTag("{{<")),
        ("{{$block}}{{/block}}", 1, .unsupportedTag("{{$")),
        ("{{>*name}}", 1, .unsupportedTag("{{>*")),
        ("{{> * name}}", 1, .invalidName("* name")),
        ("{{=| |=}}\n|#a|", 2, .unclosedSection("a")),
    ]

    @Test("a fault has its line and reason", arguments: faults)
    func fault(source: String, line: Int, reason: TemplateError.Reason) {
        #expect(throws: TemplateError(template: "t", line: line, reason: reason)) {
            try Template(name: "t", source: source)
        }
    }

    @Test("every reason is one line that a person can act on")
    func descriptions() {
        let hostile = "a\nb\u{1B}[31m" + String(repeating: "x", count: 5_000)
        let reasons: [TemplateError.Reason] = [
            .missingVariable(hostile), .notPrintable(hostile), .missingPartial(hostile), .unclosedTag,
            .unclosedSection(hostile), .unopenedSection(hostile), .invalidDelimiters,
            .sectionMismatch(opened: hostile, closed: hostile), .invalidName(hostile),
            .unsupportedTag("{{<"), .tooDeep, .outputTooLarge, .tooManySteps,
        ]
        for reason in reasons {
            let text = TemplateError(template: "quote/fr/body.html", line: 12, reason: reason).description
            #expect(text.hasPrefix("quote/fr/body.html, line 12: "))
            #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 })
            #expect(text.utf8.count < 400)
        }
    }

    static let corners: [RenderCase] = [
        RenderCase(source: "", expected: ""),
        RenderCase(source: "{ {x} } }}", expected: "{ {x} } }}"),
        RenderCase(source: "{{ # a }}x{{ / a }}", data: .object(["a": .bool(true)]), expected: "x"),
        RenderCase(source: "{{\n a\t}}", data: .object(["a": .string("x")]), expected: "x"),
        RenderCase(source: "é{{a}}ü€", data: .object(["a": .string("日本")]), expected: "é日本ü€"),
        RenderCase(source: "{{=« »=}}«a»{{a}}", data: .object(["a": .string("x")]), expected: "x{{a}}"),
        RenderCase(source: "{{=<% %>=}}<%{a}%><%&a%>", data: .object(["a": .string("<")]), expected: "<<"),
        RenderCase(source: "{{=<% %>=}}<%={{ }}=%>{{a}}", data: .object(["a": .string("x")]), expected: "x"),
        RenderCase(source: "{{!}}{{! {{a }}", expected: ""),
        // Two tags on a line are no tag alone: the line stays.
        RenderCase(source: "a\n{{#b}}{{/b}}\nc", expected: "a\n\nc"),
        RenderCase(source: "a\n \t{{!x}} \t\nc", expected: "a\nc"),
        RenderCase(source: "a\n{{!x}}\rc", expected: "a\n\rc"),
        RenderCase(source: "{{!x}}\r", expected: "\r"),
        RenderCase(source: "{{!x}}\n{{!y}}\n{{!z}}", expected: ""),
    ]

    @Test("corners", arguments: corners)
    func corner(test: RenderCase) throws {
        #expect(try test.render() == test.expected)
    }

    /// A partial that stands alone is indented line by line of its source, as if the blanks stood in it.
    static let indentations: [RenderCase] = [
        RenderCase(source: "  {{>p}}\n", partials: ["p": "a\n\nb\n"], expected: "  a\n  \n  b\n"),
        RenderCase(source: "  {{>p}}\n", partials: ["p": "a\r\nb"], expected: "  a\r\n  b"),
        RenderCase(source: " {{>p}}\n", partials: ["p": "{{!x}}\na\n{{!y}}\nb\n"], expected: " a\n b\n"),
        RenderCase(
            source: " {{>p}}\n", data: .object(["v": .string("1\n2")]),
            partials: ["p": "{{v}}\n{{v}}{{v}}\n"], expected: " 1\n2\n 1\n21\n2\n"),
        RenderCase(
            source: " {{>p}}\n", partials: ["p": "<\n\t{{>q}}\n>\n", "q": "1\n2\n"],
            expected: " <\n \t1\n \t2\n >\n"),
        RenderCase(
            source: " {{>p}}\n", partials: ["p": "{{>q}}\n-{{>q}}\n", "q": "1\n2\n"],
            expected: " 1\n 2\n -1\n2\n\n"),
        RenderCase(
            source: " {{>p}}\n{{>p}}", data: .object(["list": .list([.number("1"), .number("2")])]),
            partials: ["p": "{{#list}}\n{{.}}\n{{/list}}\n"], expected: " 1\n 2\n1\n2\n"),
    ]

    @Test("indented partials", arguments: indentations)
    func indentation(test: RenderCase) throws {
        #expect(try test.render() == test.expected)
    }

    @Test("a template names its own partials, once each")
    func partialNames() throws {
        let template = try Template(
            name: "t", source: "{{>a}}{{#x}}{{> b/c.html }}{{/x}}{{>a}}{{! {{>d}}")
        #expect(template.partialNames == ["a", "b/c.html"])
        #expect(template.name == "t")
    }
}
