// libFuzzer target for the JSON room: no input may trap, and what is accepted must survive writing and reading.
//
//     swiftc -O -sanitize=fuzzer,address -parse-as-library -package-name relais \
//         Sources/JSON/*.swift Tests/Fuzz/JSONFuzz.swift -o json-fuzz
//     SWIFT_BACKTRACE=enable=no ./json-fuzz -max_total_time=20
// Compiled with the room's own sources, it needs no import; as a file of a package it does.

#if canImport(JSON)
    import JSON
#endif

/// Runs one input through parser, writer and reader; traps when a promise is broken.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let strict = try? JSONValue(parsing: bytes, syntax: .json)
    let relaxed = try? JSONValue(parsing: bytes, syntax: .json5)
    if let strict { precondition(strict == relaxed, "JSON5 must accept all that JSON accepts, alike") }
    guard let value = relaxed else { return 0 }
    let written = value.bytes()
    guard let again = try? JSONValue(parsing: written) else { preconditionFailure("refuses its own writing") }
    precondition(again.bytes() == written, "reads another value than was written")
    precondition((try? JSONValue(parsing: Array(value.text(pretty: true).utf8))) == value, "pretty differs")
    readAll(value)
    return 0
}

private func readAll(_ value: JSONValue) {
    guard let reader = try? JSONObjectReader(value) else { return }
    for name in reader.names {
        if let integer = try? reader.optionalInteger(name, in: -(1 << 53)...1 << 53) {
            precondition(integer.magnitude <= 1 << 53, "an integer beyond the range")
        }
        _ = try? reader.optionalStrings(name)
        if let object = try? reader.optionalObject(name) { _ = object.value("template") }
    }
    do throws(JSONProblems) {
        try reader.finish()
    } catch {
        precondition(!error.description.isEmpty && error.problems.count <= 32, "an unbounded answer")
    }
}
