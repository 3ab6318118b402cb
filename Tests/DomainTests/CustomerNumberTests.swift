import Domain
import Testing

@Suite("Customer numbers")
struct CustomerNumberTests {
    @Test(
        "are trimmed and composed, and keep their letter case",
        arguments: [
            ("K-20417", "K-20417"), ("  K-20417\t", "K-20417"), ("k-20417", "k-20417"), ("K 1", "K 1"),
            ("\u{A0}K-1\u{3000}", "K-1"), ("Ze\u{301}-1", "Z\u{E9}-1"), ("Å", "\u{C5}"), ("１", "１"),
        ])
    func form(text: String, expected: String) throws {
        // Compared as bytes: Swift calls two spellings of one character equal, the reference's hash does not.
        #expect(Array(try CustomerNumber(text).text.utf8) == Array(expected.utf8))
    }

    @Test("stay apart")
    func apart() throws {
        let numbers = ["K-1", "k-1", "K1", "K 1", "K-01", "１", "1", "e", "é"]
        #expect(try Set(numbers.map { try CustomerNumber($0) }).count == numbers.count)
    }

    @Test(
        "are refused empty, too long or with control characters",
        arguments: [
            "", "  ", "a\nb", "a\r", "a\u{0}", "a\tb", "a\u{7F}", "a\u{85}b", "a\u{9F}b",
            String(repeating: "a", count: 65), String(repeating: "é", count: 33),
        ])
    func refused(text: String) {
        #expect(throws: ValueError.self) { try CustomerNumber(text) }
    }

    @Test("end at 64 bytes of the composed form")
    func length() throws {
        #expect(try CustomerNumber(String(repeating: "a", count: 64)).text.utf8.count == 64)
        #expect(try CustomerNumber(String(repeating: "e\u{301}", count: 32)).text.utf8.count == 64)
    }
}
