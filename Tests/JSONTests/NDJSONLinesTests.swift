// Which lines a text has, whatever ends them.

import JSON
import Testing

@Test(
    arguments: [
        ("", []), ("\n", []), (" \t\r\n\n\r\n", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]),
        ("\n\na\n \n\nb\n\n", ["a", "b"]), ("a\r\nb\r\n", ["a\r", "b\r"]),
        (" a \n\u{A0}", [" a ", "\u{A0}"]),
    ] as [(String, [String])])
func theLinesOfAText(text: String, lines: [String]) {
    #expect(NDJSONLines(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) } == lines)
}
