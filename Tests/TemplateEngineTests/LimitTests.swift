// Bombs: templates and data made to exhaust memory, stack or time. Each ends in a typed error, in both modes.

import TemplateEngine
import Testing

@Suite("Limits", .timeLimit(.minutes(1)))
struct LimitTests {
    struct Bomb: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let test: RenderCase
        let reason: TemplateError.Reason
        var limits = TemplateLimits.standard
    }

    private static func repeated(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    private static func list(_ count: Int, of value: TemplateValue = .bool(true)) -> TemplateValue {
        .object(["l": .list(Array(repeating: value, count: count)), "x": .string("x"), "e": .string("")])
    }

    private static let longText = TemplateValue.object([
        "l": .list(Array(repeating: .bool(true), count: 1_000)), "x": .string(repeated("<", 50_000)),
    ])

    static let bombs: [Bomb] = [
        Bomb(
            testDescription: "partial that names itself",
            test: RenderCase(source: "{{>p}}", partials: ["p": "{{>p}}"]), reason: .tooDeep),
        Bomb(
            testDescription: "partials that name each other",
            test: RenderCase(source: "{{>p}}", partials: ["p": "x{{>q}}", "q": "y{{>p}}"]), reason: .tooDeep),
        Bomb(
            testDescription: "partial that names itself indented, the indentation growing",
            test: RenderCase(source: "{{>p}}", partials: ["p": "x\n\(repeated(" ", 100)){{>p}}\n"]),
            reason: .tooDeep),
        Bomb(
            testDescription: "partial that names itself in a section of its own data",
            test: RenderCase(source: "{{>p}}", data: list(1), partials: ["p": "{{#l}}{{>p}}{{/l}}"]),
            reason: .tooDeep),
        Bomb(
            testDescription: "partial that doubles at each level: 2^30 renderings",
            test: RenderCase(
                source: "{{>p0}}",
                partials: Dictionary(
                    uniqueKeysWithValues: (0..<31).map {
                        ("p\($0)", $0 == 30 ? "" : "{{>p\($0 + 1)}}{{>p\($0 + 1)}}")
                    })),
            reason: .tooManySteps),
        Bomb(
            testDescription: "list in list in list: 1 000^3 visits",
            test: RenderCase(source: "{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}", data: list(1_000)),
            reason: .tooManySteps),
        Bomb(
            testDescription: "empty body over a long list",
            test: RenderCase(source: "{{#l}}{{/l}}", data: list(200_000)), reason: .tooManySteps),
        Bomb(
            testDescription: "long list of empty texts",
            test: RenderCase(source: "{{#l}}{{e}}{{/l}}", data: list(60_000)), reason: .tooManySteps),
        Bomb(
            testDescription: "names that are missed in every context of a deep stack",
            test: RenderCase(
                source: "{{#l}}\(repeated("{{#x}}", 30))\(repeated("{{^x}}{{/x}}", 100))"
                    + "\(repeated("{{/x}}", 30)){{/l}}",
                data: list(1_000)),
            reason: .tooManySteps),
        Bomb(
            testDescription: "dotted names that go deep",
            test: RenderCase(
                source: "{{#l}}{{#a\(repeated(".a", 100))}}{{/a\(repeated(".a", 100))}}{{/l}}",
                data: (0..<120).reduce(list(1_100)) { inner, _ in
                    .object(["a": inner, "l": .list(Array(repeating: .bool(true), count: 1_100))])
                }),
            reason: .tooManySteps),
        Bomb(
            testDescription: "short literal over a long list",
            test: RenderCase(source: "{{#l}}0123456789{{/l}}", data: list(40_000)), reason: .outputTooLarge),
        Bomb(
            testDescription: "long value again and again",
            test: RenderCase(source: "{{#l}}{{{x}}}{{/l}}", data: longText), reason: .outputTooLarge),
        Bomb(
            testDescription: "value that grows by escaping",
            test: RenderCase(source: "{{x}}{{x}}", data: longText), reason: .outputTooLarge,
            limits: TemplateLimits(steps: 100, outputBytes: 101_000, depth: 4)),
        Bomb(
            testDescription: "source larger than the output may be",
            test: RenderCase(source: repeated("x", 256 * 1024 + 1)), reason: .outputTooLarge),
        Bomb(
            testDescription: "indentation times lines",
            test: RenderCase(
                source: "\(repeated(" ", 1_000)){{>p}}", partials: ["p": repeated("\n", 10_000)]),
            reason: .outputTooLarge),
        Bomb(
            testDescription: "indentation of 100 KB before an empty partial, 40 000 times",
            test: RenderCase(
                source: "{{#l}}\n\(repeated(" ", 100_000)){{>p}}\n{{/l}}", data: list(40_000),
                partials: ["p": "{{>q}}", "q": ""]),
            reason: .tooManySteps),
        Bomb(
            testDescription: "sections nested 100 000 deep in the source",
            test: RenderCase(source: repeated("{{#x}}", 100_000)), reason: .tooDeep),
        Bomb(
            testDescription: "inverted sections nested 33 deep in the source",
            test: RenderCase(source: repeated("{{^x}}", 33) + repeated("{{/x}}", 33)), reason: .tooDeep),
        Bomb(
            testDescription: "name of 100 KB",
            test: RenderCase(source: "{{\(repeated("a", 100_000))}}"),
            reason: .invalidName(repeated("a", 100_000))),
        Bomb(
            testDescription: "delimiter of 100 KB",
            test: RenderCase(source: "{{=\(repeated("a", 100_000)) b=}}"), reason: .invalidDelimiters),
    ]

    @Test("a bomb ends in a typed error", arguments: bombs, [Template.Mode.strict, .lenient])
    func bomb(_ bomb: Bomb, mode: Template.Mode) {
        #expect(bomb.test.failure(mode, limits: bomb.limits)?.reason == bomb.reason)
    }

    @Test("sources that cost much to scan are scanned in time")
    func linearCompilation() throws {
        let sources = [
            Self.repeated("{ ", 200_000), Self.repeated("{{!}}", 100_000), Self.repeated(" \t{{!}}", 60_000),
            Self.repeated(" ", 400_000) + "{{!}}" + Self.repeated(" ", 400_000),
            "{{=" + Self.repeated("a", 15) + "b |=}}" + Self.repeated("a", 400_000),
        ]
        for source in sources {
            _ = try Template(name: "t", source: source)
        }
    }

    @Test("a limit is reached exactly, not one early or late")
    func exactLimits() throws {
        func limits(steps: Int = 100, output: Int = 100, depth: Int = 10) -> TemplateLimits {
            TemplateLimits(steps: steps, outputBytes: output, depth: depth)
        }
        let text = RenderCase(source: "abc{{.}}", data: .string("<"))
        #expect(try text.render(limits: limits(output: 7)) == "abc&lt;")
        #expect(text.failure(limits: limits(output: 6))?.reason == .outputTooLarge)

        let nested = RenderCase(
            source: "{{#a}}{{>p}}{{/a}}", data: .object(["a": .bool(true)]),
            partials: ["p": "{{^b}}x{{/b}}"])
        #expect(try nested.render(limits: limits(depth: 3)) == "x")
        #expect(nested.failure(limits: limits(depth: 2))?.reason == .tooDeep)

        // The literal, the section, its look-up in one context, two elements, a variable in each.
        let list = RenderCase(
            source: "[{{#l}}{{.}}{{/l}}", data: .object(["l": .list([.number("1"), .number("2")])]))
        #expect(try list.render(limits: limits(steps: 7)) == "[12")
        #expect(list.failure(limits: limits(steps: 6))?.reason == .tooManySteps)

        let deepest = Self.repeated("{{#x}}", 32) + "y" + Self.repeated("{{/x}}", 32)
        #expect(try RenderCase(source: deepest, data: .object(["x": .bool(true)])).render() == "y")
    }

    @Test("an error in a partial at a limit names the partial")
    func placeOfLimit() {
        let test = RenderCase(source: "{{>p}}", partials: ["p": "x\n{{>p}}"])
        #expect(
            test.failure()?.description
                == "partials/p, line 2: sections and partials are nested too deeply")
    }
}
