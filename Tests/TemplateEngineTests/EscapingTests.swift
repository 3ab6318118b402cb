// Escaping by channel, and that data is never read as a template.

import TemplateEngine
import Testing

@Suite("Escaping")
struct EscapingTests {
    private static let hostile = #"<a href="x" title='y'>&amp;</a>"#

    @Test("html escapes five characters, text none, and a triple tag none")
    func escapes() throws {
        let data = TemplateValue.object(["v": .string(Self.hostile)])
        let test = RenderCase(source: "{{v}}|{{{v}}}|{{&v}}", data: data)
        let escaped =
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;"
        #expect(try test.render(.strict, .html) == "\(escaped)|\(Self.hostile)|\(Self.hostile)")
        #expect(try test.render(.strict, .text) == "\(Self.hostile)|\(Self.hostile)|\(Self.hostile)")
    }

    @Test("each byte alone, at the start, amid and at the end of a value")
    func everyByte() throws {
        let references: [Character: String] = [
            "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;",
        ]
        for code in UInt8(0)..<128 {
            let character = Character(UnicodeScalar(code))
            let reference = references[character] ?? String(character)
            for (before, after) in [("", ""), ("é", ""), ("", "é"), ("<", ">")] {
                let value = TemplateValue.string(before + String(character) + after)
                let expected =
                    (before == "<" ? "&lt;" : before) + reference + (after == ">" ? "&gt;" : after)
                #expect(try RenderCase(source: "{{.}}", data: value).render() == expected)
            }
        }
    }

    @Test("a number is escaped like any text: its text is the caller's")
    func number() throws {
        #expect(try RenderCase(source: "{{.}}", data: .number("<1>")).render() == "&lt;1&gt;")
    }

    @Test(
        "a value is data, whatever it looks like",
        arguments: [
            "{{secret}}", "{{{secret}}}", "{{#secret}}x{{/secret}}", "{{>secret}}", "{{=<% %>=}}",
            "${7*7}", "{{ env \"HOME\" }}", "{% include 'x' %}", "<%= system('id') %>", "#{7*7}",
            "}}{{secret}}",
        ])
    func valueIsData(payload: String) throws {
        let data = TemplateValue.object(["v": .string(payload), "secret": .string("CANARY")])
        let test = RenderCase(source: "[{{v}}]", data: data, partials: ["secret": "CANARY"])
        #expect(try test.render(.strict, .text) == "[\(payload)]")
    }

    @Test(
        "a template reaches nothing but its data",
        arguments: [
            "HOME", "env.HOME", "__proto__", "constructor.constructor", "self", "this", "count", "list.0",
        ])
    func noReach(name: String) throws {
        let test = RenderCase(source: "{{\(name)}}", data: .object(["list": .list([.string("a")])]))
        #expect(test.failure()?.reason == .missingVariable(name))
        #expect(try test.render(.lenient).isEmpty)
    }
}
