// The encoder's exact output, where more than one output would decode to the same text.

import Testing

@testable import MIME

struct QuotedPrintableTests {
    private static let cases: [(text: String, encoded: String)] = [
        ("", "\r\n"),
        ("a", "a\r\n"),
        ("a\n", "a\r\n\r\n"),
        ("a\r\nb\nc\rd\n\re", "a\r\nb\r\nc\r\nd\r\n\r\ne\r\n"),
        ("a \nb\t\r\nc ", "a=20\r\nb=09\r\nc=20\r\n"),
        ("a b\tc", "a b\tc\r\n"),
        ("  x", "  x\r\n"),
        (" \n", "=20\r\n\r\n"),
        ("1=1", "1=3D1\r\n"),
        (".\n..\nx.", "=2E\r\n=2E.\r\nx.\r\n"),
        ("From me\n From me\nFrom\nFrome", "=46rom me\r\n From me\r\nFrom\r\nFrome\r\n"),
        ("é", "=C3=A9\r\n"),
        ("\0\u{7F}", "=00=7F\r\n"),
        ("\r\r\n\n", "\r\n\r\n\r\n\r\n"),
        (String(repeating: "x", count: 75), String(repeating: "x", count: 75) + "\r\n"),
        (String(repeating: "x", count: 76), String(repeating: "x", count: 75) + "=\r\nx\r\n"),
        (String(repeating: "x", count: 75) + ".", String(repeating: "x", count: 75) + "=\r\n=2E\r\n"),
        (
            String(repeating: "x", count: 75) + "From ",
            String(repeating: "x", count: 75) + "=\r\n=46rom=20\r\n"
        ),
        (
            String(repeating: "x", count: 75) + "From a",
            String(repeating: "x", count: 75) + "=\r\n=46rom a\r\n"
        ),
        (String(repeating: "x", count: 73) + "é", String(repeating: "x", count: 73) + "=\r\n=C3=A9\r\n"),
        (String(repeating: "x", count: 72) + "=", String(repeating: "x", count: 72) + "=3D\r\n"),
        (String(repeating: "x", count: 74) + " y", String(repeating: "x", count: 74) + " =\r\ny\r\n"),
    ]

    @Test(arguments: cases) func `text is encoded exactly`(text: String, encoded: String) {
        var octets = Array("head".utf8)
        QuotedPrintable.append(text, to: &octets)
        #expect(
            String(decoding: octets, as: UTF8.self).unicodeScalars.elementsEqual(
                "head\(encoded)".unicodeScalars))
    }

    @Test func `the worst case fits the room that is set aside`() {
        for length in [1, 24, 25, 26, 50, 1_000, 100_000] {
            for unit in ["=", "\u{7F}", "é", "\n", " \n", "=="] {
                var octets: [UInt8] = []
                QuotedPrintable.append(String(repeating: unit, count: length), to: &octets)
                #expect(octets.suffix(2) == [0x0D, 0x0A])
            }
        }
    }

    @Test func `the boundary can occur in no part, even when a part is made of it`() throws {
        let boundary = "=_msg0190f3e07c1b70008000000000000001"
        let message = MailMessage.sample {
            $0.text = "--\(boundary)\r\n"
            $0.html = "\r\n--\(boundary)--\r\n=_"
        }
        let text = try message.encodedText()
        #expect(text.contains("Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"\r\n"))
        // The field itself, two parts and the end.
        #expect(text.split(separator: boundary, omittingEmptySubsequences: false).count - 1 == 4)
    }
}
