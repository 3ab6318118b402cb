// Which records a text has: by examples, in pieces of any length, and against Python's csv module on random documents.

import CSV
import Foundation
import Support
import Testing

private func records(_ text: String, delimiter: Character = ",", pieces: Int = .max) -> [CSVRecord] {
    var reader = CSVReader(delimiter: delimiter.asciiValue ?? 0)
    var records: [CSVRecord] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        reader.read(rest.prefix(pieces)) { records.append($0) }
        rest = rest.dropFirst(pieces)
    }
    if let last = reader.finish() { records.append(last) }
    return records
}

@Suite struct CSVReaderTests {
    @Test(
        arguments: [
            ("", []), ("\r\n\n\r", []), ("a", [["a"]]), ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
            ("a,b\nc,d", [["a", "b"], ["c", "d"]]), ("a\rb\r", [["a"], ["b"]]), (",", [["", ""]]),
            ("\"\"", [[""]]), ("\"a,b\",c", [["a,b", "c"]]), ("\"a\"\"b\"", [["a\"b"]]),
            ("\"a\r\nb\nc\"\r\nd", [["a\r\nb\nc"], ["d"]]), ("a \"b\" c", [["a \"b\" c"]]),
            (" \"a\"", [[" \"a\""]]), ("é,\u{1F600}\n", [["é", "\u{1F600}"]]), ("\n\na\n\n", [["a"]]),
        ] as [(String, [[String]])])
    func theFieldsOfAText(text: String, expected: [[String]]) {
        for pieces in [1, 2, 3, .max] {
            let found = records(text, pieces: pieces)
            #expect(found.map(\.fields) == expected)
            #expect(found.allSatisfy { $0.fault == nil })
        }
    }

    @Test func otherDelimiters() {
        #expect(records("a;\"b;\";c,d", delimiter: ";").map(\.fields) == [["a", "b;", "c,d"]])
        #expect(records("a\t b\n", delimiter: "\t").map(\.fields) == [["a", " b"]])
    }

    @Test func everyRecordKnowsItsLines() {
        let found = records("a\r\n\r\n\"b\r\nc\nd\"\re\n")
        #expect(found.map(\.line) == [1, 3, 6])
        #expect(found.map(\.lastLine) == [1, 5, 6])
    }

    @Test func aFaultCostsItsOwnRecordAlone() {
        let text = "a\n\"b\"c,\"d\"\ne\n\"f"
        for pieces in [1, .max] {
            let found = records(text, pieces: pieces)
            #expect(found.map(\.fault) == [nil, .textBehindQuote, nil, .openQuote])
            #expect(found.map(\.fields) == [["a"], [], ["e"], []])
            #expect(found.map(\.line) == [1, 2, 3, 4])
        }
    }

    @Test func aRecordIsBounded() {
        let limit = CSVReader.recordLimit
        let found = records(
            String(repeating: "x", count: limit) + "\n" + String(repeating: "y", count: limit + 1) + "\nz")
        #expect(found.map(\.fault) == [nil, .tooLong, nil])
        #expect(found.map(\.line) == [1, 2, 3])
        let swallowed = records("\"" + String(repeating: "x\n", count: limit))
        #expect(swallowed.map(\.fault) == [.openQuote])
        #expect(swallowed[0].lastLine == limit + 1)
    }
}

/// Random texts of the characters that matter, and the same records in the same order as Python reads them; where Python
/// stops at an error (`strict`), there is a fault.
@Suite struct PythonCSVTests {
    private static let script = #"""
        import csv, io, json, sys
        answers = []
        with open(sys.argv[1] + "/input", encoding="utf-8") as file:
            documents = json.load(file)
        for document in documents:
            rows, fails = [], False
            reader = csv.reader(io.StringIO(document["text"], newline=""), delimiter=document["delimiter"], strict=True)
            try:
                for row in reader:
                    rows.append(row)
            except csv.Error:
                fails = True
            answers.append({"rows": [row for row in rows if row != []], "fails": fails})
        with open(sys.argv[1] + "/answer", "w", encoding="utf-8") as file:
            json.dump(answers, file)
        """#

    private struct Document: Encodable {
        let text: String
        let delimiter: String
    }

    private struct Answer: Decodable {
        let rows: [[String]]
        let fails: Bool
    }

    @Test(arguments: [1, 2, 3]) func randomTexts(seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        let characters = ["a", "b", "é", "\u{20AC}", " ", "\"", "\"", "\"\"", "\r", "\n", "\r\n", "\t", "'"]
        let documents = (0..<3000).map { _ in
            let delimiter = [",", ";", "\t"].randomElement(using: &random) ?? ","
            let parts = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                Bool.random(using: &random) ? delimiter : characters.randomElement(using: &random) ?? "a"
            }
            return Document(text: parts.joined(), delimiter: delimiter)
        }
        let answer = try PythonJudge.answer(of: Self.script, to: Array(try JSONEncoder().encode(documents)))
        let answers = try JSONDecoder().decode([Answer].self, from: Data(answer))
        #expect(answers.count == documents.count)
        #expect(answers.contains { $0.fails } && answers.contains { !$0.fails && $0.rows.count > 2 })
        for (document, answer) in zip(documents, answers) {
            let pieces = Int.random(in: 1...30, using: &random)
            let found = records(
                document.text, delimiter: document.delimiter.first ?? ",", pieces: pieces)
            let good = found.prefix { $0.fault == nil }
            #expect(good.map(\.fields) == answer.rows, "seed \(seed): \(document)")
            #expect((good.count < found.count) == answer.fails, "seed \(seed): \(document)")
        }
    }

    /// What we write, Python reads.
    @Test func linesThatAreWritten() throws {
        var random = SeededGenerator(state: 4)
        let characters = ["a", "é", ",", "\"", "\r", "\n", " ", ";"]
        let rows = (0..<500).map { _ in
            (0..<3).map { _ in
                (0..<Int.random(in: 1...5, using: &random)).map { _ in
                    characters.randomElement(using: &random) ?? "a"
                }.joined()
            }
        }
        let text = String(decoding: rows.flatMap(CSVLine.bytes), as: UTF8.self)
        let answer = try PythonJudge.answer(
            of: Self.script, to: Array(try JSONEncoder().encode([Document(text: text, delimiter: ",")])))
        let read = try JSONDecoder().decode([Answer].self, from: Data(answer))
        #expect(read[0].rows == rows)
        #expect(records(text).map(\.fields) == rows)
    }
}
