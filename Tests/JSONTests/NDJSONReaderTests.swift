// Lines out of pieces: their numbers, their bytes, and what a line that is too long costs.

import JSON
import Testing

private func lines(_ text: [UInt8], pieces: Int) -> [(Int, String?)] {
    var reader = NDJSONReader()
    var found: [(Int, String?)] = []
    var rest = text[...]
    while !rest.isEmpty {
        reader.read(rest.prefix(pieces)) { number, line in
            found.append((number, line.map { String(decoding: $0, as: UTF8.self) }))
        }
        rest = rest.dropFirst(pieces)
    }
    reader.finish { number, line in found.append((number, line.map { String(decoding: $0, as: UTF8.self) })) }
    return found
}

@Suite struct NDJSONReaderTests {
    @Test(arguments: [1, 2, 5, 1000])
    func linesAreNumberedAsTheyStand(pieces: Int) {
        let found = lines(Array("\n{a}\r\n \t\n{b}\n\n{c}".utf8), pieces: pieces)
        #expect(found.map(\.0) == [2, 4, 6])
        #expect(found.map(\.1) == ["{a}\r", "{b}", "{c}"])
    }

    @Test(arguments: [1000, 1 << 20])
    func aLineThatIsTooLongIsHandedOverWithoutItsBytes(pieces: Int) {
        let limit = NDJSONReader.lineLimit
        let text = [
            [UInt8](repeating: 0x61, count: limit), [UInt8](repeating: 0x62, count: limit + 1), [0x63],
        ].joined(separator: [0x0A])
        let found = lines(Array(text), pieces: pieces)
        #expect(found.map(\.0) == [1, 2, 3])
        #expect(found.map { $0.1?.utf8.count } == [limit, nil, 1])
    }
}
