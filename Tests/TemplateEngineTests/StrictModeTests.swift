// Strict mode: what is missing is an error with its place, and never an empty piece of a sent message.

import TemplateEngine
import Testing

@Suite("Strict mode")
struct StrictModeTests {
    /// A template, its data and partials, and the error as its reader sees it.
    static let faults: [RenderCase] = [
        RenderCase(source: "{{name}}", expected: #"main, line 1: the variable "name" is missing"#),
        RenderCase(source: "a\nb\n{{{name}}}", expected: #"main, line 3: the variable "name" is missing"#),
        RenderCase(source: "a\r\n{{&name}}", expected: #"main, line 2: the variable "name" is missing"#),
        RenderCase(
            source: "{{to.name}}", data: .object(["to": .object([:])]),
            expected: #"main, line 1: the variable "to.name" is missing"#),
        RenderCase(
            source: "{{to.name.first}}", data: .object(["to": .object(["name": .string("Zoé")])]),
            expected: #"main, line 1: the variable "to.name.first" is missing"#),
        RenderCase(
            source: "{{name}}", data: .object(["name": .null]),
            expected: #"main, line 1: the variable "name" is missing"#),
        RenderCase(source: "{{.}}", data: .null, expected: #"main, line 1: the variable "." is missing"#),
        RenderCase(
            source: "{{list}}", data: .object(["list": .list([.string("a")])]),
            expected: #"main, line 1: the variable "list" is a list or an object"#
                + " and cannot be printed; use a section"),
        RenderCase(
            source: "{{.}}",
            expected: #"main, line 1: the variable "." is a list or an object"#
                + " and cannot be printed; use a section"),
        RenderCase(source: "\n{{>footer}}", expected: #"main, line 2: the partial "footer" is missing"#),
        RenderCase(
            source: "x\n  {{>footer}}\n", partials: ["footer": "\n\n{{! two\nlines }}{{sender}}"],
            expected: #"partials/footer, line 4: the variable "sender" is missing"#),
        RenderCase(
            source: "{{>outer}}", partials: ["outer": "{{>inner}}", "inner": "{{! }}\n{{x}}"],
            expected: #"partials/inner, line 2: the variable "x" is missing"#),
        // Found in the nearer context, the chain breaks there: the outer one is not a substitute.
        RenderCase(
            source: "{{#a}}{{b.c}}{{/a}}",
            data: .object([
                "a": .object(["b": .object([:])]), "b": .object(["c": .string("wrong")]),
            ]),
            expected: #"main, line 1: the variable "b.c" is missing"#),
        RenderCase(
            source: "{{#list}}\n{{name}}\n{{/list}}",
            data: .object(["list": .list([.object(["name": .string("a")]), .object([:])])]),
            expected: #"main, line 2: the variable "name" is missing"#),
    ]

    @Test("names the template, the line and the variable", arguments: faults)
    func fault(test: RenderCase) {
        #expect(test.failure()?.description == test.expected)
    }

    @Test("lenient mode renders the same templates", arguments: faults)
    func lenient(test: RenderCase) throws {
        #expect(test.failure(.lenient) == nil)
    }

    /// What is not an error in strict mode.
    static let fine: [RenderCase] = [
        RenderCase(source: "[{{#missing}}{{x}}{{/missing}}]", expected: "[]"),
        RenderCase(source: "[{{^missing}}none{{/missing}}]", expected: "[none]"),
        RenderCase(source: "[{{#a.b.c}}x{{/a.b.c}}{{^a.b.c}}none{{/a.b.c}}]", expected: "[none]"),
        RenderCase(source: "{{#missing}}{{>missing}}{{/missing}}", expected: ""),
        RenderCase(
            source: "{{#note}}<{{note}}>{{/note}}", data: .object(["note": .string("hello")]),
            expected: "<hello>"),
        RenderCase(
            source: "{{#note}}<{{note}}>{{/note}}", data: .object(["note": .null]), expected: ""),
        RenderCase(source: "[{{empty}}]", data: .object(["empty": .string("")]), expected: "[]"),
        RenderCase(
            source: "{{yes}} {{no}}", data: .object(["yes": .bool(true), "no": .bool(false)]),
            expected: "true false"),
        // Presence, not truth as other languages see it: zero and the empty string are there.
        RenderCase(
            source: "{{#zero}}0{{/zero}}{{#empty}}e{{/empty}}{{^no}}n{{/no}}{{^list}}l{{/list}}",
            data: .object([
                "zero": .number("0"), "empty": .string(""), "no": .bool(false), "list": .list([]),
            ]),
            expected: "0enl"),
        RenderCase(source: "{{amount}}", data: .object(["amount": .number("189.90")]), expected: "189.90"),
        RenderCase(
            source: "{{#list}}{{name}} of {{shop}};{{/list}}",
            data: .object([
                "shop": .string("Garage"),
                "list": .list([.object(["name": .string("a")]), .object(["name": .string("b")])]),
            ]),
            expected: "a of Garage;b of Garage;"),
        RenderCase(
            source: "{{#.}}({{.}}){{/.}}", data: .list([.number("1"), .string("b")]), expected: "(1)(b)"),
        // A name is a whole key, equal by Unicode's canonical equivalence.
        RenderCase(
            source: "{{pr\u{E9}nom}}", data: .object(["pre\u{301}nom": .string("Zoé")]), expected: "Zoé"),
    ]

    @Test("renders what is there", arguments: fine)
    func renders(test: RenderCase) throws {
        #expect(try test.render() == test.expected)
    }
}
