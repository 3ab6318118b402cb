// One spelling of a host name, and nothing in it that a URL parser would take for something else.

import Domain
import Testing

@Suite("Host names")
struct HostNameTests {
    @Test(
        "are lower-case A-labels",
        arguments: [
            ("example.lu", "example.lu"), ("EXAMPLE.LU", "example.lu"), ("relay", "relay"),
            ("müller.lu", "xn--mller-kva.lu"), ("MU\u{308}LLER.lu", "xn--mller-kva.lu"),
            ("faß.de", "xn--fa-hia.de"), ("a-b.1x", "a-b.1x"), ("example。lu", "example.lu"),
        ])
    func spelling(text: String, name: String) throws {
        let host = try HostName(text)
        #expect(host.name == name)
        #expect(host.labels.map(String.init) == name.split(separator: ".").map(String.init))
        #expect(try HostName(host.name) == host)
    }

    @Test(
        "are refused with anything but letters, digits and inner hyphens",
        arguments: [
            "", ".", "a.", ".a", "a..b", "-a.lu", "a-.lu", "a_b.lu", "a b.lu", "a.lu ", " a.lu", "a.lu:25",
            "a.lu/b", "a@b.lu", "a.lu?b", "a.lu#b", "[::1]", "::1", "127.0.0.1", "1", "a.123", "a%2Eb",
            "a\\b",
            "a\tb", "a\nb", "a\u{0}b", "a\u{7F}b", "a<b", "a>b", "a\"b", "a.lu／b", "a.lu：25", "a*b", "*.lu",
        ])
    func refused(text: String) {
        #expect(throws: ValueError.self) { try HostName(text) }
    }

    @Test("end at 63 a label and 253 in all")
    func lengths() throws {
        let label = String(repeating: "a", count: 63)
        let name = [label, label, label, String(repeating: "b", count: 61)].joined(separator: ".")
        #expect(try HostName(name).name.utf8.count == 253)
        #expect(throws: ValueError.self) { try HostName(name + "b") }
        #expect(throws: ValueError.self) { try HostName(label + "a.lu") }
    }
}
