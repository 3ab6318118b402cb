// UTF-8 or not, whatever the pieces, and on which line it shows.

import Intake
import Testing

private func fault(_ bytes: [UInt8], pieces: Int) -> TextCheck.Fault? {
    var check = TextCheck()
    var rest = bytes[...]
    do {
        while !rest.isEmpty {
            try check.read(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        try check.finish()
        return nil
    } catch {
        return error
    }
}

@Suite struct TextCheckTests {
    @Test(
        arguments: [
            "", "a", "Zoé\n€\u{1F600}\r\n", "\u{FEFF}a;b\n", String(repeating: "é€\u{1F600}", count: 200),
        ])
    func goodTexts(text: String) {
        for pieces in [1, 2, 3, 4, 5, 7, 1000] { #expect(fault(Array(text.utf8), pieces: pieces) == nil) }
    }

    @Test(
        arguments: [
            ([0x61, 0x0A, 0x5A, 0x6F, 0xE9, 0x0A], 2, "Windows-1252"),  // Zoé in Latin-1
            ([0xFF, 0xFE, 0x61, 0x00], 1, "UTF-16"), ([0xFE, 0xFF, 0x00, 0x61], 1, "UTF-16"),
            ([0x61, 0x0A, 0x0A, 0x00, 0x62], 3, "zero byte"),
            ([0x0A, 0xC3], 2, "not UTF-8"),  // the text ends inside a character
            ([0x0A, 0xE2, 0x82, 0x0A], 2, "not UTF-8"), ([0xC0, 0x80], 1, "not UTF-8"),
            ([0xED, 0xA0, 0x80], 1, "not UTF-8"),  // a surrogate
            ([0x0A, 0x0A, 0x80], 3, "not UTF-8"),
        ] as [([UInt8], Int, String)])
    func theLineThatShowsIt(bytes: [UInt8], line: Int, word: String) {
        for pieces in [1, 2, 3, 100] {
            let found = fault(bytes, pieces: pieces)
            #expect(found?.line == line, "pieces of \(pieces)")
            #expect(found?.reason.contains(word) == true, "pieces of \(pieces): \(found?.reason ?? "-")")
        }
    }
}
