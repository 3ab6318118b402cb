// What cannot be written faithfully is refused with the field's name, and nothing of the value gets into the
// error.

import Foundation
import MIME
import Testing

struct RefusalTests {
    private static let controls = (Array(0x00...0x1F) + [0x7F]).map { String(UnicodeScalar(UInt8($0))) }

    @Test func `a control character in any header input is refused, wherever it stands`() {
        for control in Self.controls {
            for value in [
                control, "a" + control, control + "é", "a\(control)Bcc: x@y.z", "=?utf-8?q?a?=\(control) b",
            ] {
                expect(.controlCharacter(field: "From")) { $0.from.displayName = value }
                expect(.controlCharacter(field: "To")) { $0.to.displayName = value }
                expect(.controlCharacter(field: "Reply-To")) { $0.replyTo?.displayName = value }
                expect(.controlCharacter(field: "Subject")) { $0.subject = value }
                expect(.controlCharacter(field: "X-One")) {
                    $0.headers = [MailHeader(name: "X-One", value: value)]
                }
                expect(.malformedHeaderName(position: 1)) {
                    $0.headers.append(MailHeader(name: value, value: "x"))
                }
                expect(.malformedMessageID) { $0.messageID = "a\(value)@example.org" }
                expect(.malformedAddress(field: "To")) { $0.to.address = "a\(value)@example.org" }
            }
        }
    }

    @Test func `an address that could break out of its brackets is refused in every field`() {
        let vectors =
            Self.controls.flatMap { ["a\($0)@b.c", "a@b\($0).c", "a@b.c\($0)", "\"a\($0)\"@b.c"] } + [
                "", "@", "a", "a@", "@b.c", "a@b.c>", "<a@b.c", "a@b.c> RCPT TO:<x@y.z", "a b@c.d", " a@b.c",
                "a@b.c ",
                "\"a b\"@c.d", "a@b@c.d", "a,b@c.d", "a@b.c,d@e.f", "a.@b.c", ".a@b.c", "a..b@c.d", "a@b..c",
                "a@.b", "a@b.",
                "é@b.c", "a@é.c", "\"a\"b\"@c.d", "\"a\\\"@c.d", "\"@c.d", "a@[]", "a@[x]y]", "a@[x\\]",
                "a(c)@b.c", "a;b@c.d",
                "a%0d%0aBcc:x@y.z", "a%0D@b.c", "a%00@b.c", "a%20b@c.d", "a%3Cx@b.c", "a%3ex@b.c", "a%7F@b.c",
                "=?utf-8?q?=0D?=@b.c",
                String(repeating: "l", count: 65) + "@b.c", "a@" + String(repeating: "d", count: 253),
            ]
        for vector in vectors {
            expect(.malformedAddress(field: "From")) { $0.from.address = vector }
            expect(.malformedAddress(field: "To")) { $0.to.address = vector }
            expect(.malformedAddress(field: "Reply-To")) { $0.replyTo?.address = vector }
        }
    }

    @Test func `addresses that only look unusual are accepted`() throws {
        for address in [
            "50%off@b.c", "a%zz@b.c", "a%@b.c", "user=0abc.org@b.c", "a%C3%A9@b.c", "\"<\"@b.c", "a?=@b.c",
        ] {
            let isRefused = address.contains("<")
            if isRefused {
                expect(.malformedAddress(field: "To")) { $0.to.address = address }
            } else {
                #expect(
                    try MailMessage.sample { $0.to.address = address }.encodedText().contains("<\(address)>"))
            }
        }
    }

    @Test(arguments: ["", "a", "a@", "@b", "<a@b>", "a b@c", "a@b@c", "a..b@c", "é@b", "a@b c", "a@[x]"])
    func `a message id that is not two dot-atoms is refused`(messageID: String) {
        expect(.malformedMessageID) { $0.messageID = messageID }
    }

    @Test(arguments: [
        "Date", "from", "TO", "Reply-To", "subject", "Message-Id", "MIME-Version", "content-type",
        "Content-Transfer-Encoding", "auto-submitted",
    ])
    func `a header is never written twice`(name: String) {
        expect(.duplicateHeader(field: name)) { $0.headers.append(MailHeader(name: name, value: "x")) }
        // Even the field that this message does not use stays reserved.
        expect(.duplicateHeader(field: "Reply-To")) {
            $0.replyTo = nil
            $0.headers.append(MailHeader(name: "Reply-To", value: "x@y.z"))
        }
    }

    @Test(arguments: ["", "A B", "A:", "É", " A", "A "]) func `a bad header name is refused`(name: String) {
        expect(.malformedHeaderName(position: 1)) { $0.headers.append(MailHeader(name: name, value: "x")) }
    }

    @Test(arguments: ["", " ", " a", "a ", "a  b", "é", "<é>", "a <x> é"])
    func `a bad structured value is refused`(value: String) {
        expect(.malformedHeaderValue(field: "X-One")) {
            $0.headers = [MailHeader(name: "X-One", value: value)]
        }
    }

    @Test func `a part that no line can hold is refused at 998 octets and written at 997`() throws {
        expect(.lineTooLong(field: "X-One")) {
            $0.headers = [MailHeader(name: "X-One", value: "<" + String(repeating: "u", count: 996) + ">")]
        }
        expect(.lineTooLong(field: "Message-ID")) { $0.messageID = String(repeating: "m", count: 996) + "@b" }
        let value = "<" + String(repeating: "u", count: 995) + ">"
        let octets = try MailMessage.sample { $0.headers = [MailHeader(name: "X-One", value: value)] }
            .encoded()
        #expect(String(decoding: octets, as: UTF8.self).contains("\r\nX-One:\r\n \(value)\r\n"))
        #expect(WireFormat.violations(octets).isEmpty)
    }

    @Test(arguments: [-2_208_988_800.5, 253_402_300_800, .infinity, -.infinity, .nan])
    func `a date that the field cannot hold is refused`(seconds: Double) {
        expect(.dateOutOfRange) { $0.date = Date(timeIntervalSince1970: seconds) }
    }

    @Test func `an error names the field and never shows the value`() {
        let secret = "secret\r\nvalue"
        let error = #expect(throws: MIMEError.self) {
            try MailMessage.sample { $0.subject = secret }.encoded()
        }
        #expect(error.map { "\($0)".hasPrefix("Subject: ") } == true)
        #expect(error.map { "\($0)".contains("secret") } == false)
    }

    private func expect(
        _ error: MIMEError, at location: SourceLocation = #_sourceLocation,
        _ change: (inout MailMessage) -> Void
    ) {
        let message = MailMessage.sample(change)
        #expect(throws: error, sourceLocation: location) { try message.encoded() }
    }
}
