// Typed values out of an object: what is absent, wrong or unknown is refused with its exact JSON pointer.

import JSON
import Testing

private func reader(_ text: String) throws -> JSONObjectReader {
    try JSONObjectReader(JSONValue(parsing: Array(text.utf8)))
}

private func problems(_ body: () throws -> Void) -> [JSONProblem] {
    do {
        try body()
        return []
    } catch let error as JSONProblems {
        return error.problems
    } catch {
        Issue.record("another error: \(error)")
        return []
    }
}

/// A call on a reader of `{"x": …}` that must fail, and how.
private struct Failure: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let read: @Sendable (JSONObjectReader) throws -> Void
    let problem: JSONProblem

    init(
        _ text: String, _ pointer: String, _ code: String, _ detail: String,
        _ read: @escaping @Sendable (JSONObjectReader) throws -> Void
    ) {
        self.text = text
        self.read = read
        problem = JSONProblem(pointer: pointer, code: code, detail: detail)
        testDescription = "\(text): \(detail)"
    }
}

private let failures: [Failure] = [
    Failure("{}", "/x", "missing", "is required and must be a string") { _ = try $0.string("x") },
    Failure(#"{"x":null}"#, "/x", "missing", "is required and must be a string") { _ = try $0.string("x") },
    Failure("{}", "/x", "missing", "is required and must be true or false") { _ = try $0.bool("x") },
    Failure("{}", "/x", "missing", "is required and must be an integer") {
        _ = try $0.integer("x", in: 0...1)
    },
    Failure("{}", "/x", "missing", "is required and must be an object") { _ = try $0.object("x") },
    Failure("{}", "/x", "missing", "is required and must be an array") { _ = try $0.array("x") },
    Failure("{}", "/x", "missing", "is required and must be an array of strings") { _ = try $0.strings("x") },
    Failure("{}", "/x", "missing", "is required and must be an array of objects") { _ = try $0.objects("x") },
    Failure(
        #"{"Temlate":1}"#, "/template", "missing",
        #"is required and must be a string; is "Temlate" meant to be it?"#
    ) { _ = try $0.string("template") },
    Failure(#"{"x":1}"#, "/x", "wrong-type", "must be a string") { _ = try $0.string("x") },
    Failure(#"{"x":[]}"#, "/x", "wrong-type", "must be a string") { _ = try $0.optionalString("x") },
    Failure(#"{"x":"true"}"#, "/x", "wrong-type", "must be true or false") { _ = try $0.bool("x") },
    Failure(#"{"x":1}"#, "/x", "wrong-type", "must be true or false") { _ = try $0.optionalBool("x") },
    Failure(#"{"x":"1"}"#, "/x", "wrong-type", "must be an integer") { _ = try $0.integer("x", in: 0...9) },
    Failure(#"{"x":1.0}"#, "/x", "wrong-type", "must be an integer") { _ = try $0.integer("x", in: 0...9) },
    Failure(#"{"x":1e0}"#, "/x", "wrong-type", "must be an integer") {
        _ = try $0.optionalInteger("x", in: 0...9)
    },
    Failure(#"{"x":10}"#, "/x", "invalid-value", "must be from 0 to 9") {
        _ = try $0.integer("x", in: 0...9)
    },
    Failure(#"{"x":-1}"#, "/x", "invalid-value", "must be from 0 to 9") {
        _ = try $0.optionalInteger("x", in: 0...9)
    },
    Failure(#"{"x":[]}"#, "/x", "wrong-type", "must be an object") { _ = try $0.object("x") },
    Failure(#"{"x":"a"}"#, "/x", "wrong-type", "must be an object") { _ = try $0.optionalObject("x") },
    Failure(#"{"x":{}}"#, "/x", "wrong-type", "must be an array") { _ = try $0.array("x") },
    Failure(#"{"x":"a"}"#, "/x", "wrong-type", "must be an array") { _ = try $0.optionalStrings("x") },
    Failure(#"{"x":["a",null]}"#, "/x/1", "wrong-type", "must be a string") { _ = try $0.strings("x") },
    Failure(#"{"x":[{},{},3]}"#, "/x/2", "wrong-type", "must be an object") { _ = try $0.objects("x") },
    Failure(#"{"a/b":{"m~n":1}}"#, "/a~1b/m~0n", "wrong-type", "must be a string") {
        _ = try $0.object("a/b").string("m~n")
    },
    Failure(#"{"~1":{"":{}}}"#, "/~01//y", "missing", "is required and must be a string") {
        _ = try $0.object("~1").object("").string("y")
    },
    Failure(#"{"x":[{},{"y":[{}]}]}"#, "/x/1/y/0/z", "missing", "is required and must be true or false") {
        _ = try $0.objects("x")[1].objects("y")[0].bool("z")
    },
    Failure("{}", "/p", "not-supported", "later") {
        throw $0.problem("p", code: "not-supported", detail: "later")
    },
    Failure("{}", "/a~1b", "invalid-value", "no") { throw $0.problem("a/b", detail: "no") },
]

@Suite("JSON object reader")
struct JSONObjectReaderTests {
    @Test("What is absent or of another type is refused with its pointer", arguments: failures)
    private func refusals(_ row: Failure) throws {
        let reader = try reader(row.text)
        #expect(problems { try row.read(reader) } == [row.problem])
    }

    @Test("Each type is read; null and absent are the same for what is optional")
    func values() throws {
        let reader = try reader(
            #"{"s":"é","b":false,"i":-5,"o":{"k":1},"a":[1,"x"],"l":["p","q"],"os":[{"v":1},{"v":2}],"z":null}"#
        )
        #expect(try reader.string("s") == "é")
        #expect(try reader.optionalString("s") == "é")
        #expect(try reader.bool("b") == false)
        #expect(try reader.integer("i", in: -5 ... -5) == -5)
        #expect(try reader.object("o").integer("k", in: 1...1) == 1)
        let elements = try reader.array("a")
        #expect(elements.map(\.value) == [1, "x"])
        #expect(elements.map(\.pointer) == ["/a/0", "/a/1"])
        #expect(try reader.strings("l") == ["p", "q"])
        #expect(try reader.objects("os").map { try $0.integer("v", in: 0...9) } == [1, 2])
        for name in ["z", "absent"] {
            #expect(try reader.optionalString(name) == nil)
            #expect(try reader.optionalBool(name) == nil)
            #expect(try reader.optionalInteger(name, in: 0...0) == nil)
            #expect(try reader.optionalObject(name) == nil)
            #expect(try reader.optionalArray(name) == nil)
            #expect(try reader.optionalStrings(name) == nil)
            #expect(try reader.optionalObjects(name) == nil)
        }
        #expect(reader.value("z") == .some(.null))
        #expect(reader.value("absent") == nil)
        #expect(reader.names == ["s", "b", "i", "o", "a", "l", "os", "z"])
        try reader.finish()
    }

    @Test("An object that is opened twice has one reader, which knows what was asked through either")
    func opensOnce() throws {
        let reader = try reader(#"{"to":{"a":"1","b":"2"},"list":[{"c":"3","d":"4"}]}"#)
        #expect(try reader.object("to").string("a") == "1")
        #expect(try reader.optionalObject("to")?.string("b") == "2")
        #expect(try reader.objects("list")[0].string("c") == "3")
        #expect(problems { try reader.finish() }.map(\.pointer) == ["/list/0/d"])
        #expect(try reader.objects("list")[0].string("d") == "4")
        try reader.finish()
    }

    @Test("Whatever was never asked for is refused at once, here and inside, with the name that was meant")
    func unknownFields() throws {
        let reader = try reader(
            #"{"temlate":1,"to":{"emial":"x","fence":1},"list":[{"a":1},{"b":2}],"statsu":"sent","data":{"free":1}}"#
        )
        _ = try reader.optionalString("template")
        _ = try reader.object("to").optionalString("email")
        for element in try reader.objects("list") { _ = try element.optionalInteger("a", in: 0...9) }
        _ = reader.value("data")
        #expect(
            problems { try reader.finish() } == [
                JSONProblem(
                    pointer: "/temlate", code: "unknown-field",
                    detail: #"unknown field "temlate"; did you mean "template"?"#),
                JSONProblem(pointer: "/statsu", code: "unknown-field", detail: #"unknown field "statsu""#),
                JSONProblem(
                    pointer: "/to/emial", code: "unknown-field",
                    detail: #"unknown field "emial"; did you mean "email"?"#),
                JSONProblem(pointer: "/to/fence", code: "unknown-field", detail: #"unknown field "fence""#),
                JSONProblem(pointer: "/list/1/b", code: "unknown-field", detail: #"unknown field "b""#),
            ])
    }

    @Test(
        "A suggestion is near: two edits, a third of the name, case aside",
        arguments: [
            ("Template", "template"), ("templates", "template"), ("tmeplate", "template"),
            ("tempalt", "template"),
            ("tempxyze", nil), ("ID", "id"), ("ix", nil), ("notbefore", "notBefore"), ("", nil),
        ])
    func suggestions(name: String, expected: String?) throws {
        let reader = try JSONObjectReader(.object([JSONMember(name: name, value: 1)]))
        for known in ["id", "template", "notBefore"] { _ = reader.value(known) }
        let suffix = expected.map { "; did you mean \"\($0)\"?" } ?? ""
        #expect(problems { try reader.finish() }.map(\.detail) == ["unknown field \"\(name)\"\(suffix)"])
    }

    @Test("An object with many members is read by name as one with few", arguments: [15, 16, 17, 400])
    func manyMembers(count: Int) throws {
        let reader = try JSONObjectReader(
            .object((0..<count).map { JSONMember(name: "field \($0)", value: .integer($0)) }))
        for index in (0..<count).reversed() {
            #expect(try reader.integer("field \(index)", in: 0...400) == index)
        }
        #expect(reader.value("field \(count)") == nil)
        try reader.finish()
    }

    @Test("A hostile document gets a bounded answer on one line, with an exact pointer")
    func hostileNames() throws {
        let name = "a\n\u{202E}\u{0}/" + String(repeating: "x", count: 500)
        let reader = try JSONObjectReader([
            "o": .object([JSONMember(name: name, value: 1)]),
            "p": .object((0..<100).map { JSONMember(name: "n\($0)", value: 1) }),
        ])
        _ = try reader.object("o")
        _ = try reader.object("p")
        let found = problems { try reader.finish() }
        #expect(found.count == 32)
        #expect(found[0].pointer == "/o/a\n\u{202E}\u{0}~1" + String(repeating: "x", count: 500))
        #expect(
            found[0].detail
                == "unknown field \"a\u{FFFD}\u{FFFD}\u{FFFD}/\(String(repeating: "x", count: 59))…\"")
        let line = JSONProblems(found).description
        #expect(!line.contains { $0.isNewline })
        #expect(line.utf8.count < 5000)
    }

    @Test("The descriptions are one line with pointer and expectation; a document that is no object has none")
    func descriptions() throws {
        let root = problems { _ = try JSONObjectReader([1]) }
        #expect(root == [JSONProblem(pointer: "", code: "wrong-type", detail: "must be an object")])
        let inside = problems { _ = try JSONObjectReader("x", at: "/dkim/0") }
        #expect(inside == [JSONProblem(pointer: "/dkim/0", code: "wrong-type", detail: "must be an object")])
        #expect(
            JSONProblems(root + inside).description
                == "the document: must be an object; /dkim/0: must be an object")
    }
}
