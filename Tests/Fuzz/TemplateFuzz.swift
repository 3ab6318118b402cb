// A libFuzzer entry for the template engine (reliability.md P23): any source, any partials, both modes, both
// escapings. Beyond not crashing it holds the engine to its promises: the limits, valid UTF-8, the same bytes
// twice, and an error line that exists.
//
//   swiftc -package-name relais -sanitize=fuzzer,address -parse-as-library \
//       Sources/TemplateEngine/*.swift Tests/Fuzz/TemplateFuzz.swift -o template-fuzz
//   ./template-fuzz -max_total_time=20 -max_len=512 -dict=Tests/Fuzz/template.dict CORPUS

#if canImport(TemplateEngine)
    import TemplateEngine
#endif

/// So small that every limit is met often.
private let limits = TemplateLimits(steps: 300, outputBytes: 100, depth: 6)

/// Short names, so that random tags find something of every kind.
///
/// Made anew for each input: an enum's pointer carries tag bits, so LeakSanitizer takes a global one for lost.
private var data: TemplateValue {
    .object([
        "a": .object(["a": .string("<&>\"'é"), "b": .object(["a": .number("1.50"), "l": .list([])])]),
        "b": .string("{{a}}\nx"),
        "l": .list([.object(["a": .string("1")]), .string("s"), .list([.bool(true), .null]), .null]),
        "n": .null,
        "t": .bool(true),
        "f": .bool(false),
    ])
}

/// One input: sources separated by NUL, the template first, then the partials `p` and `q`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTemplate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    let sources = input.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    var partials: [String: Template] = [:]
    for (name, source) in zip(["p", "q"], sources.dropFirst()) {
        partials[name] = compile(name, source)
    }
    guard let template = compile("main", sources[0]) else { return 0 }
    for mode in [Template.Mode.strict, .lenient] {
        for escaping in [Template.Escaping.html, .text] {
            let first = render(template, partials, mode, escaping)
            precondition(first == render(template, partials, mode, escaping), "not deterministic")
            switch first {
            case .success(let output):
                precondition(output.count <= limits.outputBytes, "the limit is passed")
                precondition(String(validating: output, as: UTF8.self) != nil, "not UTF-8")
            case .failure(let error):
                let names = ["main": 0, "p": 1, "q": 2]
                check(error, in: names[error.template].map { sources[$0] })
            }
        }
    }
    return 0
}

private func compile(_ name: String, _ source: String) -> Template? {
    do throws(TemplateError) {
        return try Template(name: name, source: source)
    } catch {
        precondition(error.template == name, "another template is blamed")
        check(error, in: source)
        return nil
    }
}

private func render(
    _ template: Template, _ partials: [String: Template], _ mode: Template.Mode, _ escaping: Template.Escaping
) -> Result<[UInt8], TemplateError> {
    Result { () throws(TemplateError) in
        try template.render(data, partials: partials, mode: mode, escaping: escaping, limits: limits)
    }
}

/// The line exists in the source that is blamed, and the description is one line.
private func check(_ error: TemplateError, in source: String?) {
    guard let source else { preconditionFailure("an unknown template is blamed") }
    let lines = source.utf8.count { $0 == UInt8(ascii: "\n") } + 1
    precondition((1...lines).contains(error.line), "the line does not exist")
    precondition(!error.description.utf8.contains(UInt8(ascii: "\n")), "more than one line")
}
