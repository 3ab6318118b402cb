// The core modules of the Mustache specification, all of them, in lenient mode; and that the optional
// modules that are not supported are refused when compiled and never rendered wrongly.

import TemplateEngine
import Testing

@Suite(
    "Mustache specification",
    .enabled(
        if: ConformanceCases.areExpected,
        "NOT RUN: no Mustache cases at \(ConformanceCases.folder.path); set RELAIS_CONFORMANCE"))
struct ConformanceTests {
    /// The core files with the number of cases that specification 1.4 has in each (136 in all).
    static let coreFiles = [
        ("comments", 12), ("delimiters", 14), ("interpolation", 42), ("inverted", 22), ("partials", 12),
        ("sections", 34),
    ]

    @Test("core", arguments: coreFiles)
    func core(file: String, count: Int) throws {
        let cases = try ConformanceCases.read(file)
        #expect(cases.count >= count, "\(file) has lost cases")
        var passed = 0
        for test in cases {
            let partials = try (test.partials ?? [:]).map { name, source in
                (name, try Template(name: name, source: source))
            }
            let template = try Template(name: test.name, source: test.template)
            let output = try template.render(
                test.data, partials: Dictionary(uniqueKeysWithValues: partials), mode: .lenient,
                escaping: .html)
            let text = String(decoding: output, as: UTF8.self)
            #expect(text == test.expected, "\(file): \(test.name)")
            if text == test.expected { passed += 1 }
        }
        #expect(passed == cases.count)
        print("Mustache specification, \(file): \(passed) of \(cases.count)")
    }

    @Test("optional modules are refused", arguments: ["inheritance", "dynamic-names"])
    func refused(file: String) throws {
        let tags = ["{{<", "{{$", "{{>*", "{{> *"]
        var refusals = 0
        for test in try ConformanceCases.read(file) {
            for source in [test.template] + (test.partials ?? [:]).values
            where tags.contains(where: source.contains) {
                let error = #expect(throws: TemplateError.self, "\(file): \(test.name)") {
                    try Template(name: test.name, source: source)
                }
                if case .unsupportedTag? = error?.reason { refusals += 1 }
            }
        }
        #expect(refusals > 0)
    }
}
