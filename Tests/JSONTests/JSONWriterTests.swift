// What is written is read back the same, by this parser and by Foundation's; literals keep their order.

import Foundation
import JSON
import Testing

/// SplitMix64: the same documents on every run.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Without U+FEFF, which Foundation drops at the start of a string and after an escape; JSONSyntaxTests has it.
private let alphabet: [Unicode.Scalar] = [
    "a", "Z", "0", " ", "\"", "\\", "/", "'", "\u{1}", "\u{8}", "\t", "\n", "\u{B}", "\u{C}", "\r", "\u{1F}",
    "\u{7F}", "\u{85}", "é", "\u{301}", "\u{2028}", "\u{FFFE}", "🚗", "\u{10FFFF}", "{", ":", ",",
]

private func randomString(_ generator: inout SeededGenerator) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
        text.unicodeScalars.append(alphabet.randomElement(using: &generator) ?? "a")
    }
    return text
}

private func randomValue(_ generator: inout SeededGenerator, depth: Int = 0) -> JSONValue {
    switch Int.random(in: depth < 5 ? 0...7 : 0...4, using: &generator) {
    case 0: return .null
    case 1: return .bool(.random(using: &generator))
    case 2: return .integer(Int.random(in: -(1 << 53)...1 << 53, using: &generator))
    case 3: return .number("\(Double.random(in: -1e6...1e6, using: &generator))")
    case 4: return .string(randomString(&generator))
    case 5:
        let count = Int.random(in: 0...5, using: &generator)
        return .array((0..<count).map { _ in randomValue(&generator, depth: depth + 1) })
    default:
        let count = Int.random(in: 0...20, using: &generator)
        return .object(
            (0..<count).map {
                JSONMember(
                    name: "\($0):" + randomString(&generator),
                    value: randomValue(&generator, depth: depth + 1)
                )
            })
    }
}

/// Compares exactly: strings by their scalars, numbers by their value.
///
/// The `doubleValue` of the NSDecimalNumber that
/// Foundation makes of many digits is not the nearest double; its text is right.
private func isSame(_ value: JSONValue, _ other: Any) -> Bool {
    switch value {
    case .null: return other is NSNull
    case .bool(let flag): return other as? Bool == flag
    case .number(let digits): return (other as? NSNumber).flatMap { Double($0.stringValue) } == Double(digits)
    case .string(let text):
        return (other as? String).map { $0.unicodeScalars.elementsEqual(text.unicodeScalars) } ?? false
    case .array(let elements):
        guard let others = other as? [Any], others.count == elements.count else { return false }
        return zip(elements, others).allSatisfy { isSame($0, $1) }
    case .object(let members):
        guard let others = other as? [String: Any], others.count == members.count else { return false }
        return members.allSatisfy { member in others[member.name].map { isSame(member.value, $0) } ?? false }
    }
}

private func foundation(_ bytes: [UInt8]) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
}

@Suite("JSON writer")
struct JSONWriterTests {
    @Test("What is written is read back byte for byte, and Foundation reads the same", arguments: 0..<300)
    func roundTrip(seed: Int) throws {
        var generator = SeededGenerator(state: UInt64(seed))
        let value = randomValue(&generator)
        let bytes = value.bytes()
        let parsed = try JSONValue(parsing: bytes)
        #expect(parsed == value)
        #expect(parsed.bytes() == bytes)
        let pretty = Array(value.text(pretty: true).utf8)
        #expect(try JSONValue(parsing: pretty, syntax: .json5).bytes() == bytes)
        #expect(isSame(value, try foundation(bytes)))
        #expect(isSame(value, try foundation(pretty)))
    }

    @Test("What Foundation writes is read the same", arguments: 0..<100)
    func readsFoundation(seed: Int) throws {
        var generator = SeededGenerator(state: UInt64(seed) << 32)
        let value = try foundation(randomValue(&generator).bytes())
        let written = try JSONSerialization.data(
            withJSONObject: value,
            options: seed.isMultiple(of: 2) ? .fragmentsAllowed : [.fragmentsAllowed, .prettyPrinted])
        #expect(isSame(try JSONValue(parsing: Array(written)), value))
    }

    @Test("Mutated documents never trap, and what is accepted is read back")
    func mutations() throws {
        var generator = SeededGenerator(state: 7)
        var acceptedCount = 0
        for _ in 0..<5000 {
            var bytes = randomValue(&generator, depth: 3).bytes()
            for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
                let position = Int.random(in: 0..<bytes.count, using: &generator)
                let byte = UInt8.random(in: 0...255, using: &generator)
                // Foundation refuses exponents that a double cannot hold; here they are kept as text.
                if byte | 0x20 != UInt8(ascii: "e") { bytes[position] = byte }
            }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            acceptedCount += 1
            #expect(try JSONValue(parsing: value.bytes()) == value)
            #expect(isSame(value, try foundation(bytes)), "Foundation refuses or differs")
        }
        #expect(acceptedCount > 100)
    }

    @Test("Literals make values in their order, on one line or pretty")
    func literals() {
        let value: JSONValue = [
            "b": "x\u{1}", "a": [1, -2, true, nil], "none": [], "empty": [:], "n": .integer(UInt8(7)),
            "in": ["z": false],
        ]
        #expect(
            value.text()
                == #"{"b":"x\u0001","a":[1,-2,true,null],"none":[],"empty":{},"n":7,"in":{"z":false}}"#)
        #expect(
            value.text(pretty: true) == """
                {
                  "b": "x\\u0001",
                  "a": [
                    1,
                    -2,
                    true,
                    null
                  ],
                  "none": [],
                  "empty": {},
                  "n": 7,
                  "in": {
                    "z": false
                  }
                }
                """)
        #expect(value["n"] == .number("7"))
        #expect(value["N"] == nil)
        #expect(value["a"]?["b"] == nil)
        #expect(([nil] as JSONValue) == .array([.null]))
    }

    @Test("sorting the members makes one text of two orders, at every depth")
    func sorted() throws {
        let first = try JSONValue(parsing: Array(#"{"b":[{"y":1,"x":2}],"a":null}"#.utf8))
        let second = try JSONValue(parsing: Array(#"{ "a": null, "b": [ { "x": 2, "y": 1 } ] }"#.utf8))
        #expect(first != second)
        #expect(first.sorted.text() == #"{"a":null,"b":[{"x":2,"y":1}]}"#)
        #expect(first.sorted == second.sorted)
        let reordered = try JSONValue(parsing: Array(#"{"a":null,"b":[2,1]}"#.utf8))
        #expect(reordered.sorted == reordered, "the order of an array counts")
    }
}
