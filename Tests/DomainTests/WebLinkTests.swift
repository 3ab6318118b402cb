// What may stand in a customer's message as a link: it must not leave an attribute, a CSS url() or its host.

import Domain
import Testing

@Suite("Links")
struct WebLinkTests {
    @Test(
        "are https with a host, or http on loopback",
        arguments: [
            ("https://example.lu", "example.lu"), ("https://EXAMPLE.lu/A?b=c&d=%20#e", "example.lu"),
            ("https://media.example.lu:8443/v/1.mp4", "media.example.lu"), ("https://a.lu/;x,*!~", "a.lu"),
            ("https://a.lu/%22%28%29", "a.lu"), ("http://127.0.0.1:8025/m/x", "127.0.0.1"),
            ("http://localhost/x", "localhost"), ("http://[::1]:8025/", "[::1]"),
        ])
    func taken(text: String, host: String) throws {
        let link = try WebLink(text)
        #expect(link.text == text)
        #expect(link.host == host)
    }

    @Test(
        "are refused with another scheme, or none",
        arguments: [
            "", "/x", "//example.lu/x", "example.lu", "http://example.lu/", "ftp://example.lu/",
            "javascript:alert(1)", "javascript://example.lu/%0Aalert", "data:text/html,x", "vbscript:x",
            "file:///etc/passwd", "mailto:zoe@example.lu", "https:example.lu", "https:/example.lu",
            "https://",
            "https:///x", "https://:443/", "http://127.0.0.1.evil.lu/", "http://localhost.evil.lu/",
            "http://127.1/", "http://[::2]/", "ws://127.0.0.1/",
        ])
    func schemes(text: String) {
        #expect(throws: ValueError.self) { try WebLink(text) }
    }

    @Test(
        "are refused with user information",
        arguments: [
            "https://user@example.lu/", "https://user:secret@example.lu/", "https://@example.lu/",
            "https://:@example.lu/", "http://localhost@evil.lu/", "http://127.0.0.1:80@evil.lu/",
        ])
    func userInformation(text: String) {
        #expect(throws: ValueError.self) { try WebLink(text) }
    }

    @Test("are refused with a character that leaves an attribute, a url() or a line, wherever it stands")
    func characters() {
        let dangerous =
            (0...0x20).map { Unicode.Scalar(UInt8($0)) }
            + Array("\"'<>\\^`{|}()\u{7F}é\u{85}\u{2028}".unicodeScalars)
        let link = Array("https://example.lu/a?b=c#d")
        for scalar in dangerous {
            for place in 0...link.count {
                let text = String(link[..<place]) + String(Character(scalar)) + String(link[place...])
                #expect(throws: ValueError.self, "U+\(String(scalar.value, radix: 16)) at \(place)") {
                    try WebLink(text)
                }
            }
        }
    }

    @Test("end at 2000 characters")
    func length() throws {
        let link = "https://example.lu/"
        let longest = link + String(repeating: "a", count: 2000 - link.utf8.count)
        #expect(try WebLink(longest).text.utf8.count == 2000)
        #expect(throws: ValueError.self) { try WebLink(longest + "a") }
    }
}
