// What is a document and what is not, row by row, for both dialects; each refusal with its place and reason.

import JSON
import Testing

private struct Accepted: Sendable, CustomTestStringConvertible {
    let text: String
    let written: String
    var testDescription: String { text }

    init(_ text: String, _ written: String? = nil) {
        self.text = text
        self.written = written ?? text
    }
}

private struct Refused: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let error: String
    var testDescription: String { String(decoding: bytes, as: UTF8.self) }

    init(_ text: String, _ error: String) {
        self.init(bytes: Array(text.utf8), error)
    }

    init(bytes: [UInt8], _ error: String) {
        self.bytes = bytes
        self.error = error
    }
}

private let acceptedByBoth: [Accepted] = [
    Accepted("null"), Accepted("true"), Accepted("false"), Accepted(" \t\r\n1 \n", "1"),
    Accepted("0"), Accepted("-0"), Accepted("-1"), Accepted("10"), Accepted("0.50"), Accepted("1e3"),
    Accepted("1E+03"), Accepted("-1.5e-10"), Accepted("1e999999"),
    Accepted("123456789012345678901234567890.0"),
    Accepted("9007199254740992"), Accepted("-9007199254740992"),
    Accepted("\"\""), Accepted("\"Zoé 🚗 \u{7F}\u{2028}\""), Accepted("\"it's\""),
    Accepted(#""\"\\\/\b\f\n\r\t""#, #""\"\\/\b\f\n\r\t""#),
    Accepted(#""\u0041\u00e9\u20AC\u001f\u0001""#, #""Aé€\u001f\u0001""#),
    Accepted(#""\u000e\u000f\u0010\u0011\u001e""#),
    Accepted(#""a\ud83d\ude97b\uDBFF\uDFFF""#, "\"a🚗b\u{10FFFF}\""),
    Accepted(#""\uFFFF\ufeff""#, "\"\u{FFFF}\u{FEFF}\""),
    Accepted("[]"), Accepted("[ ]", "[]"), Accepted("[1,[2,[]],{}]"), Accepted("[ 1 , 2 ]", "[1,2]"),
    Accepted("{}"), Accepted("{ }", "{}"), Accepted(#"{"b":1,"a":2}"#),
    Accepted(#"{ "" : null }"#, #"{"":null}"#),
    Accepted(#"{"a":{"a":1},"A":2}"#), Accepted(#"{"é":1,"e":2}"#),
]

private let acceptedByJSON5: [Accepted] = [
    Accepted("// all\n1", "1"), Accepted("1 // end", "1"), Accepted("/**/[/***/1/* , */]", "[1]"),
    Accepted("// a\r2", "2"), Accepted("[1,]", "[1]"), Accepted("{a:1,}", #"{"a":1}"#),
    Accepted("{ $a_1: 1, _b : 2, 'c d': 3, \"e\": 4 }", #"{"$a_1":1,"_b":2,"c d":3,"e":4}"#),
    Accepted("'say \"yes\" // \\'it\\''", #""say \"yes\" // 'it'""#), Accepted(#""it\'s""#, #""it's""#),
    Accepted("''", "\"\""), Accepted("{null: null, true: 'x'}", #"{"null":null,"true":"x"}"#),
    Accepted("{ url: \"http://x/*y*/\", }", #"{"url":"http://x/*y*/"}"#),
]

private let refusedByBoth: [Refused] = [
    Refused("", "line 1, column 1: the text is empty; expected a value"),
    Refused(" \n ", "line 2, column 2: the text is empty; expected a value"),
    Refused("\u{FEFF}{}", "line 1, column 1: the text begins with a byte order mark; remove it"),
    Refused("1 2", "line 1, column 3: the text goes on after the value has ended"),
    Refused("{}\u{0}", "line 1, column 3: the text goes on after the value has ended"),
    Refused("[1]]", "line 1, column 4: the text goes on after the value has ended"),
    Refused("truex", "line 1, column 5: the text goes on after the value has ended"),
    Refused("tru", #"line 1, column 1: unexpected "t"; expected a value; a string needs quotes"#),
    Refused("[nul]", #"line 1, column 2: unexpected "n"; expected a value; a string needs quotes"#),
    Refused("True", #"line 1, column 1: unexpected "T"; expected a value"#),
    Refused("NaN", #"line 1, column 1: unexpected "N"; expected a value"#),
    Refused("+1", #"line 1, column 1: unexpected "+"; expected a value"#),
    Refused(".5", #"line 1, column 1: unexpected "."; expected a value"#),
    Refused("-", "line 1, column 2: the text ends too early; expected a digit"),
    Refused("-Infinity", #"line 1, column 2: unexpected "I"; expected a digit"#),
    Refused("1.", "line 1, column 3: the text ends too early; expected a digit"),
    Refused("[1.e2]", #"line 1, column 4: unexpected "e"; expected a digit"#),
    Refused("1e+", "line 1, column 4: the text ends too early; expected a digit"),
    Refused("01", "line 1, column 1: a number must not begin with 0"),
    Refused("[-00]", "line 1, column 2: a number must not begin with 0"),
    Refused("[0x1]", #"line 1, column 3: unexpected "x"; expected "," or "]""#),
    Refused(
        "9007199254740993",
        "line 1, column 1: an integer beyond ±2^53 (9007199254740992); write it as a string"),
    Refused(
        "[-9007199254740993]",
        "line 1, column 2: an integer beyond ±2^53 (9007199254740992); write it as a string"),
    Refused(
        "123456789012345678901234567890",
        "line 1, column 1: an integer beyond ±2^53 (9007199254740992); write it as a string"),
    Refused("\"abc", "line 1, column 1: this string does not end"),
    Refused("[\"a\\n", "line 1, column 2: this string does not end"),
    Refused(
        "\"\\", #"line 1, column 3: the text ends too early; expected one of " \ / b f n r t u after "\""#),
    Refused(#""\x41""#, #"line 1, column 3: unexpected "x"; expected one of " \ / b f n r t u after "\""#),
    Refused(#""\u12g4""#, #"line 1, column 6: unexpected "g"; expected four hexadecimal digits after "\u""#),
    Refused(
        #""\u12"#, #"line 1, column 6: the text ends too early; expected four hexadecimal digits after "\u""#),
    Refused("\"a\tb\"", "line 1, column 3: the control character U+0009 must be escaped"),
    Refused("\"\\t\nb\"", "line 1, column 4: the control character U+000A must be escaped"),
    Refused("\"é\u{0}\"", "line 1, column 3: NUL is not accepted"),
    Refused(#""a\u0000""#, "line 1, column 3: NUL is not accepted"),
    Refused(#""\ud800""#, "line 1, column 2: half of a surrogate pair"),
    Refused(#""\ud800\n""#, "line 1, column 2: half of a surrogate pair"),
    Refused(#""\ud800\u0041""#, "line 1, column 2: half of a surrogate pair"),
    Refused(#""\ud800\ud800""#, "line 1, column 2: half of a surrogate pair"),
    Refused(#""x\udc00\ud800""#, "line 1, column 3: half of a surrogate pair"),
    Refused("[", "line 1, column 2: the text ends too early; expected a value"),
    Refused("[1", #"line 1, column 3: the text ends too early; expected "," or "]""#),
    Refused("[1 2]", #"line 1, column 4: unexpected "2"; expected "," or "]""#),
    Refused("[,]", #"line 1, column 2: unexpected ","; expected a value"#),
    Refused("[1,,2]", #"line 1, column 4: unexpected ","; expected a value"#),
    Refused("[1}", #"line 1, column 3: unexpected "}"; expected "," or "]""#),
    Refused("{\"a\"}", #"line 1, column 5: unexpected "}"; expected ":" after the name"#),
    Refused("{\"a\" 1}", #"line 1, column 6: unexpected "1"; expected ":" after the name"#),
    Refused("{\"a\":}", #"line 1, column 6: unexpected "}"; expected a value"#),
    Refused("{\"a\":1 \"b\":2}", #"line 1, column 8: unexpected '"'; expected "," or "}""#),
    Refused("{\"a\":1;}", #"line 1, column 7: unexpected ";"; expected "," or "}""#),
    Refused(
        "{\"a\":1,\r\n \"b\":2,\r \"a\":3}", #"line 3, column 2: the name "a" appears twice in this object"#),
    Refused(#"[{"a":1,"\u0061":2}]"#, #"line 1, column 9: the name "a" appears twice in this object"#),
    Refused("{\"e\u{301}\":1,\"é\":2}", #"line 1, column 9: the name "é" appears twice in this object"#),
    Refused(#"{"\n":1,"\n":2}"#, "line 1, column 9: the name \"\u{FFFD}\" appears twice in this object"),
    Refused("[\u{A0}1]", "line 1, column 2: unexpected U+00A0; expected a value"),
    Refused("[🚗]", "line 1, column 2: unexpected U+1F697; expected a value"),
    Refused("\u{0}", "line 1, column 1: unexpected U+0000; expected a value"),
    Refused(bytes: [0x22, 0xFF, 0x22], "line 1, column 2: not valid UTF-8"),
    Refused(bytes: [0x22, 0xC3, 0xA9, 0xC0, 0x80, 0x22], "line 1, column 3: not valid UTF-8"),
    Refused(bytes: [0x22, 0xED, 0xA0, 0x80, 0x22], "line 1, column 2: not valid UTF-8"),
    Refused(bytes: [0x31, 0x0A, 0xE2, 0x82], "line 2, column 1: not valid UTF-8"),
    Refused(bytes: [0xFF, 0xFE, 0x31, 0x00], "line 1, column 1: not valid UTF-8"),
]

private let refusedByJSON: [Refused] = [
    Refused("// a\n1", #"line 1, column 1: unexpected "/"; expected a value"#),
    Refused("1 /* b */", "line 1, column 3: the text goes on after the value has ended"),
    Refused("[1,]", "line 1, column 3: a comma after the last element"),
    Refused("{\"a\":1,}", "line 1, column 7: a comma after the last element"),
    Refused("{a:1}", #"line 1, column 2: unexpected "a"; expected a name in double quotes"#),
    Refused("{'a':1}", #"line 1, column 2: unexpected "'"; expected a name in double quotes"#),
    Refused("{,}", #"line 1, column 2: unexpected ","; expected a name in double quotes"#),
    Refused("['a']", #"line 1, column 2: unexpected "'"; expected a value"#),
    Refused(#""\'""#, #"line 1, column 3: unexpected "'"; expected one of " \ / b f n r t u after "\""#),
]

private let refusedByJSON5: [Refused] = [
    Refused("[1 /* a", "line 1, column 4: this comment does not end"),
    Refused("[1 /*/ ]", "line 1, column 4: this comment does not end"),
    Refused("/ 1", "line 1, column 2: unexpected U+0020; expected a comment: // or /* */"),
    Refused("// only", "line 1, column 8: the text is empty; expected a value"),
    Refused("{,}", #"line 1, column 2: unexpected ","; expected a name"#),
    Refused("[,]", #"line 1, column 2: unexpected ","; expected a value"#),
    Refused("{a:1,,}", #"line 1, column 6: unexpected ","; expected a name"#),
    Refused("{1a:1}", #"line 1, column 2: unexpected "1"; expected a name"#),
    Refused("{spring-offer:1}", #"line 1, column 8: unexpected "-"; expected ":" after the name"#),
    Refused("{é:1}", "line 1, column 2: unexpected U+00E9; expected a name"),
    Refused("{a:1, 'a':2}", #"line 1, column 7: the name "a" appears twice in this object"#),
    Refused("'abc\"", "line 1, column 1: this string does not end"),
    Refused("'a\\\nb'", #"line 1, column 4: unexpected U+000A; expected one of " \ / b f n r t u after "\""#),
    Refused("{a: yes}", #"line 1, column 5: unexpected "y"; expected a value"#),
    Refused(bytes: Array("1 // ".utf8) + [0xE9], "line 1, column 6: not valid UTF-8"),
]

private func error(_ bytes: [UInt8], _ syntax: JSONSyntax) -> String {
    do throws(JSONSyntaxError) {
        _ = try JSONValue(parsing: bytes, syntax: syntax)
        return "accepted"
    } catch {
        return error.description
    }
}

@Suite("JSON syntax")
struct JSONSyntaxTests {
    @Test("What both dialects accept is written back", arguments: acceptedByBoth)
    private func both(_ row: Accepted) throws {
        #expect(try JSONValue(parsing: Array(row.text.utf8)).text() == row.written)
        #expect(try JSONValue(parsing: Array(row.text.utf8), syntax: .json5).text() == row.written)
    }

    @Test("What only JSON5 accepts", arguments: acceptedByJSON5)
    private func json5(_ row: Accepted) throws {
        #expect(try JSONValue(parsing: Array(row.text.utf8), syntax: .json5).text() == row.written)
        #expect(error(Array(row.text.utf8), .json) != "accepted")
    }

    @Test("What both refuse, with place and reason", arguments: refusedByBoth)
    private func refusals(_ row: Refused) {
        #expect(error(row.bytes, .json) == row.error)
        // JSON5 differs where it expects a name, and nowhere in this table.
        #expect(error(row.bytes, .json5) == row.error)
    }

    @Test("What strict JSON refuses", arguments: refusedByJSON)
    private func jsonRefusals(_ row: Refused) {
        #expect(error(row.bytes, .json) == row.error)
    }

    @Test("What JSON5 refuses", arguments: refusedByJSON5)
    private func json5Refusals(_ row: Refused) {
        #expect(error(row.bytes, .json5) == row.error)
    }

    @Test("32 arrays and objects inside each other are accepted, 33 are not, however many follow each other")
    func depth() throws {
        let deepest = Array((String(repeating: "[", count: 32) + String(repeating: "]", count: 32)).utf8)
        _ = try JSONValue(parsing: deepest)
        let list = Array("[\(String(repeating: "{},[],", count: 40))1]".utf8)
        _ = try JSONValue(parsing: list)
        let tooDeep = Array(String(repeating: "{\"a\":[", count: 100_000).utf8)
        #expect(
            error(tooDeep, .json) == "line 1, column 97: more than 32 arrays and objects inside each other")
        #expect(throws: JSONSyntaxError.self) {
            try JSONValue(parsing: Array("[[1]]".utf8), limits: JSONLimits(depth: 1))
        }
    }

    @Test("A duplicate among many names is found", arguments: [2, 15, 16, 17, 18, 1000])
    func manyNames(count: Int) {
        let names = (0..<count).map { "\"n\($0)\":0" }.joined(separator: ",")
        #expect(error(Array("{\(names)}".utf8), .json) == "accepted")
        for name in ["n0", "n\(count - 1)"] {
            let text = "{\n\(names),\n\"\(name)\":1}"
            let expected = "line 3, column 1: the name \"\(name)\" appears twice in this object"
            #expect(error(Array(text.utf8), .json) == expected)
        }
    }

    @Test("Every truncation of a document is refused")
    func truncations() {
        let text = Array(#"{"a":[1.5e3,"\ud83d\ude97é",{"b":null}],"c":true}"#.utf8)
        for count in 0..<text.count {
            #expect(error(Array(text[..<count]), .json) != "accepted")
            #expect(error(Array(text[..<count]), .json5) != "accepted")
        }
    }
}
